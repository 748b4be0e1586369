// One widget: drawn where its kind is known here, and said to be unknown where it is not.
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { LOCAL } from "../data/api.ts";
import { count, exact, percent } from "../data/format.ts";
import { useLive } from "../data/live.ts";
import { link } from "../data/router.ts";
import { paused } from "../data/settings.ts";
import type { Definition, SloRow, Widget } from "../data/types.ts";
import { Chart } from "../ui/chart.tsx";
import { Badge, budgetTone, Meter } from "../ui/parts.tsx";
import { type Measured, type Variables, measure } from "./measure.ts";

export interface Frame {
  variables: Variables;
  window: number;
}

const COLOURS = [0, 1, 2, 3, 5, 4, 8, 7, 6, 9].map((each) => `--hue${each}`);
const MOST_LINES = 10;

export function WidgetView({ widget, frame }: { widget: Widget; frame: Frame }): JSX.Element {
  const { definition, layout } = widget;
  const span = Math.min(layout?.width ?? 12, 12);
  if (definition.type === "group") {
    return (
      <section class="board-group">
        <h2>{definition.title ?? "Group"}</h2>
        <div class="board">
          {definition.widgets?.map((each) => (
            <WidgetView key={each.id} widget={each} frame={frame} />
          ))}
        </div>
      </section>
    );
  }
  return (
    <section class={`panel widget ${definition.type}`} style={{ "--span": span }}>
      {definition.title && <h3>{definition.title}</h3>}
      <Inside definition={definition} frame={frame} />
    </section>
  );
}

function Inside({ definition, frame }: { definition: Definition; frame: Frame }): JSX.Element {
  switch (definition.type) {
    case "note":
      return <p class="note">{definition.content}</p>;
    case "slo":
      return <SloWidget id={definition.slo_id ?? ""} />;
    case "query_value":
      return <Asked definition={definition} frame={frame}>{(found) => <QueryValue found={found} definition={definition} />}</Asked>;
    case "toplist":
      return <Asked definition={definition} frame={frame}>{(found) => <Toplist found={found} definition={definition} />}</Asked>;
    case "timeseries":
      return <Asked definition={definition} frame={frame}>{(found, from, to) => <Timeseries found={found} definition={definition} from={from} to={to} />}</Asked>;
    default:
      return <p class="unknown">A widget of the kind {definition.type} is not drawn here.</p>;
  }
}

interface Answer {
  found: Measured[] | null;
  problem: string;
  from: number;
  to: number;
}

/** Ask a widget's queries while it is in sight: what nobody looks at is not asked. */
function Asked(props: {
  definition: Definition;
  frame: Frame;
  children: (found: Measured[], from: number, to: number) => ComponentChildren;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const answer = useSignal<Answer>({ found: null, problem: "", from: 0, to: 0 });
  const key = JSON.stringify([props.definition.requests, props.frame]);
  useEffect(() => {
    let seen = false;
    let timer = 0;
    const stop = new AbortController();
    async function look(): Promise<void> {
      window.clearTimeout(timer);
      if (seen && !document.hidden && !(paused.value && answer.value.found)) {
        const to = Math.floor(Date.now() / 1000);
        const from = to - props.frame.window;
        try {
          const asked = (props.definition.requests ?? []).map((each) => measure(each, { variables: props.frame.variables, from, to }, stop.signal));
          const found = (await Promise.all(asked)).flat();
          if (!stop.signal.aborted) answer.value = { found, problem: "", from, to };
        } catch (error) {
          if (stop.signal.aborted) return;
          answer.value = { ...answer.value, problem: error instanceof Error ? error.message : String(error) };
        }
      }
      timer = window.setTimeout(() => void look(), 10_000);
    }
    const watch = new IntersectionObserver((entries) => {
      const now = entries.some((each) => each.isIntersecting);
      if (now && !seen) {
        seen = true;
        void look();
      }
      seen = now;
    });
    if (box.current) watch.observe(box.current);
    return () => {
      stop.abort();
      window.clearTimeout(timer);
      watch.disconnect();
    };
  }, [key]);
  const { found, problem, from, to } = answer.value;
  return (
    <div ref={box} class="asked">
      {problem && <p class="unknown">{problem}</p>}
      {found ? props.children(found, from, to) : !problem && <p class="muted">…</p>}
    </div>
  );
}

function QueryValue({ found, definition }: { found: Measured[]; definition: Definition }): JSX.Element {
  const value = found[0]?.scalar ?? null;
  const digits = definition.precision ?? 2;
  const shown = value === null ? "–" : Math.abs(value) >= 1e5 ? count(value) : value.toLocaleString("en-US", { maximumFractionDigits: digits });
  return (
    <p class="value">
      {shown} {definition.custom_unit && <small>{definition.custom_unit}</small>}
    </p>
  );
}

function Toplist({ found, definition }: { found: Measured[]; definition: Definition }): JSX.Element {
  const limit = definition.requests?.[0]?.formulas?.[0]?.limit?.count ?? MOST_LINES;
  const rows = found.filter((each) => each.scalar !== null).sort((one, other) => (other.scalar ?? 0) - (one.scalar ?? 0)).slice(0, limit);
  const most = Math.max(...rows.map((each) => each.scalar ?? 0), 1e-9);
  if (rows.length === 0) return <p class="muted">Nothing was measured in this time.</p>;
  return (
    <ol class="toplist">
      {rows.map((each) => (
        <li key={each.label}>
          <i style={{ width: `${(100 * Math.max(each.scalar ?? 0, 0)) / most}%` }} aria-hidden="true" />
          <span>{each.label || "all"}</span>
          <b>{exact(each.scalar)}</b>
        </li>
      ))}
    </ol>
  );
}

function Timeseries(props: { found: Measured[]; definition: Definition; from: number; to: number }): JSX.Element {
  const lines = props.found.slice(0, MOST_LINES);
  const interval = lines[0]?.interval ?? 60;
  const first = Math.floor(props.from / interval) * interval;
  const seconds: number[] = [];
  for (let at = first; at < props.to; at += interval) seconds.push(at);
  const bars = props.definition.requests?.[0]?.display_type === "bars";
  return (
    <>
      <Chart
        label={props.definition.title ?? "Timeseries"}
        seconds={seconds}
        lines={lines.map((each, index) => ({
          label: each.label,
          values: seconds.map((at) => each.points.get(at) ?? null),
          colour: COLOURS[index] ?? "--accent",
          kind: bars && lines.length === 1 ? "bars" : "line",
        }))}
        show={count}
        height={150}
      />
      {props.found.length > MOST_LINES && <p class="muted">{props.found.length - MOST_LINES} more are not drawn.</p>}
    </>
  );
}

function SloWidget({ id }: { id: string }): JSX.Element {
  const live = useLive<{ slos: SloRow[] }>("slos", () => `${LOCAL}/slos`, 10_000);
  const row = live.data?.slos.find((each) => each.id === id);
  if (!row) return <p class="muted">{live.data ? `No SLO ${id} is stored.` : "…"}</p>;
  return (
    <div class="slo-widget">
      <p class="value">{percent(row.sli, 2)}</p>
      <p>
        <a href={link(["slos", row.id])}>of {percent(row.target, 3)}</a> <Badge state={row.alerting.length ? "ALERT" : row.state} />
      </p>
      {row.budget_remaining !== null && (
        <p class="muted">
          <Meter value={row.budget_remaining} tone={budgetTone(row.budget_remaining)} label="Budget left" />{" "}
          {percent(row.budget_remaining, 0)} of the budget left
        </p>
      )}
    </div>
  );
}
