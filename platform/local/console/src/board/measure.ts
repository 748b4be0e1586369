// A widget's queries asked, and its formulas computed over their points.
import { ask, withQuery } from "../data/api.ts";
import type { Board, BoardQuery, BoardRequest, MetricSeries } from "../data/types.ts";
import { NotComputedError, namesIn, parseFormula } from "./formula.ts";

export interface Measured {
  label: string;
  /** By second; a second that is not there was not measured. */
  points: Map<number, number>;
  interval: number;
  /** All of it as one number. */
  scalar: number | null;
}

export interface Variables {
  [name: string]: { prefix: string; value: string };
}

export function variablesOf(board: Board, query: URLSearchParams): Variables {
  const made: Variables = {};
  for (const each of board.template_variables ?? []) {
    const value = query.get(`var-${each.name}`) ?? each.defaults?.[0] ?? each.default ?? "*";
    made[each.name] = { prefix: each.prefix ?? "", value };
  }
  return made;
}

/** Put values in the place of `$name`; a variable that stands for everything narrows nothing. */
export function filled(query: string, variables: Variables): string {
  const put = query.replace(/\$(\w+)(\.value)?/g, (whole, name: string, value?: string) => {
    const found = variables[name];
    if (!found) return whole;
    if (value) return found.value;
    if (found.value === "*") return "";
    return found.prefix ? `${found.prefix}:${found.value}` : found.value;
  });
  return put.replace(/\{([^{}]*)\}/g, (_whole, inner: string) => {
    const parts = inner.split(",").map((each) => each.trim()).filter(Boolean);
    return `{${parts.join(",") || "*"}}`;
  });
}

const INTERVALS = [10, 20, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400];
const MOST_POINTS = 90;

export interface Asked {
  variables: Variables;
  from: number;
  to: number;
}

/** Ask a request's queries over a span of time, at intervals that a small chart can show. */
export async function measure(request: BoardRequest, asked: Asked, signal: AbortSignal): Promise<Measured[]> {
  const { variables, from, to } = asked;
  const interval = INTERVALS.find((each) => (to - from) / each <= MOST_POINTS) ?? 86_400;
  const queries: BoardQuery[] = request.queries ?? (request.q ? [{ name: "q", query: request.q }] : []);
  if (queries.length === 0) throw new NotComputedError("This widget asks nothing that is measured here.");
  const answers = await Promise.all(
    queries.map(async (each) => {
      if (!each.query || (each.data_source && each.data_source !== "metrics")) {
        throw new NotComputedError(`Queries of ${each.data_source ?? "this kind"} are not answered here.`);
      }
      const given = filled(each.query, variables);
      const query = given.includes(".rollup(") ? given : `${given}.rollup(${interval})`;
      const path = withQuery("/api/v1/query", { query, from, to });
      return (await ask<{ series: MetricSeries[] }>(path, signal)).series;
    }),
  );
  const formulas = request.formulas ?? queries.map((each) => ({ formula: each.name ?? "q" }));
  return formulas.flatMap((each) => compute(each, queries, answers, formulas.length > 1).map((made) => ({ ...made, interval })));
}

function compute(
  formula: { formula: string; alias?: string },
  queries: BoardQuery[],
  answers: MetricSeries[][],
  several: boolean,
): Omit<Measured, "interval">[] {
  const evaluate = parseFormula(formula.formula);
  const groups = new Set(answers.flat().map((each) => each.tag_set.join(", ")));
  const name = formula.alias ?? formula.formula;
  return [...groups].map((group) => {
    const bound = new Map<string, { series: MetricSeries | undefined; aggregator: string }>();
    queries.forEach((query, index) => {
      const series = answers[index]?.find((each) => each.tag_set.join(", ") === group);
      bound.set(query.name ?? "q", { series, aggregator: query.aggregator ?? "sum" });
    });
    const lookups = new Map([...bound].map(([key, { series }]) => [key, new Map(series?.pointlist ?? [])]));
    const points = new Map<number, number>();
    const used = [...namesIn(formula.formula)].flatMap((key) => lookups.get(key) ?? []);
    const seconds = new Set(used.flatMap((each) => [...each.keys()]));
    for (const at of seconds) {
      // An event that never happened has no point: beside others that have one it counts as none.
      const value = evaluate((key) => lookups.get(key)?.get(at) ?? (lookups.has(key) ? 0 : null));
      if (value !== null) points.set(at / 1000, value);
    }
    const scalar = evaluate((key) => {
      const found = bound.get(key);
      return found ? aggregate(found.series, found.aggregator) : null;
    });
    return { label: labelled(name, group, several), points, scalar };
  });
}

/** What tells a line from the others: the values of its tags, and the formula's name where there are several. */
function labelled(name: string, group: string, several: boolean): string {
  const values = group
    .split(", ")
    .map((tag) => tag.slice(tag.indexOf(":") + 1))
    .join(", ");
  return group ? (several ? `${name} ${values}` : values) : name;
}

function aggregate(series: MetricSeries | undefined, how: string): number | null {
  const values = (series?.pointlist ?? []).map(([, value]) => value);
  if (values.length === 0) return how === "sum" ? 0 : null;
  const sum = values.reduce((all, each) => all + each, 0);
  if (how === "avg") return sum / values.length;
  if (how === "min") return Math.min(...values);
  if (how === "max") return Math.max(...values);
  if (how === "last") return values.at(-1) ?? null;
  return sum;
}
