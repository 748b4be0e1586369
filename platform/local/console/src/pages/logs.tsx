import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { LOCAL, ask, withQuery } from "../data/api.ts";
import { clock, moment, plural } from "../data/format.ts";
import { useHeld, useLive } from "../data/live.ts";
import { type Range, moments, rangeOf } from "../data/range.ts";
import { link, place, setQuery } from "../data/router.ts";
import type { LogRow, LogsPage as Page } from "../data/types.ts";
import { Attributes } from "../trace/detail.tsx";
import { Choice, Filters, TextFilter } from "../ui/filters.tsx";
import { Empty, Loaded, Panel, ServiceName, Time, Waiting } from "../ui/parts.tsx";
import { RangePicker } from "../ui/range.tsx";
import { Heading } from "../ui/shell.tsx";
import { useServices } from "./traces.tsx";

const LEVELS = ["debug", "info", "warning", "error", "critical"];
const PAGE = 200;

interface Older {
  rows: LogRow[];
  more: boolean | null;
  problem: string;
}

const NOTHING: Older = { rows: [], more: null, problem: "" };

export function LogsPage(): JSX.Element {
  const query = place.value.query;
  const trace = query.get("trace_id");
  const range = rangeOf(query, 3600);
  const filters = Object.fromEntries(["q", "service", "level", "trace_id"].map((name) => [name, query.get(name)]));
  // A trace's lines are wanted whenever they were written.
  const bounds = (): { from?: number; to?: number } => (trace && range.from === null ? {} : moments(range));
  const key = `logs ${query.toString()}`;
  const live = useLive<Page>(key, () => withQuery(`${LOCAL}/logs`, { ...filters, ...bounds(), limit: PAGE }));
  const held = useHeld(key, live.stale ? null : (live.data?.logs ?? null), identity);
  const older = useSignal<Older>(NOTHING);
  useEffect(() => {
    older.value = NOTHING;
  }, [key]);
  const newest = held.rows ?? live.data?.logs ?? [];
  const rows = [...newest, ...older.value.rows];

  async function further(): Promise<void> {
    const before = rows.at(-1)?.at_ns;
    if (before === undefined) return;
    try {
      const found = await ask<Page>(withQuery(`${LOCAL}/logs`, { ...filters, ...bounds(), before, limit: PAGE }));
      older.value = { rows: [...older.value.rows, ...found.logs], more: found.truncated, problem: "" };
    } catch (error) {
      older.value = { ...older.value, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  return (
    <>
      <Heading title="Logs">
        <RangePicker range={range} />
      </Heading>
      <Filters label="Logs">
        <TextFilter name="q" label="Search" placeholder="text in the message or attributes" wide />
        <Choice name="service" label="Service" options={useServices()} />
        <Choice name="level" label="Level" options={[["", "any"], ...LEVELS.map((each): [string, string] => [each, each])]} />
        <TextFilter name="trace_id" label="Trace id" placeholder="any" />
      </Filters>
      {trace && (
        <p class="crumbs">
          Lines of one trace. <a href={link(["traces", trace])}>Open the trace</a>
        </p>
      )}
      <Loaded live={live}>
        {(data) =>
          rows.length === 0 ? (
            <Panel>
              <Empty title="No log line passes the filter">A longer time window, or fewer filters, may find some.</Empty>
            </Panel>
          ) : (
            <Panel>
              <Histogram page={data} range={range} />
              <Waiting count={held.waiting} release={held.release} />
              <ol class="logs" data-rows>
                {rows.map((row) => (
                  <Line key={identity(row)} row={row} />
                ))}
              </ol>
              {older.value.problem && <p class="bad-text">{older.value.problem}</p>}
              {(older.value.more ?? data.truncated) && (
                <button type="button" class="more" onClick={() => void further()}>
                  Older lines
                </button>
              )}
            </Panel>
          )
        }
      </Loaded>
    </>
  );
}

function identity(row: LogRow): string {
  return `${row.at_ns} ${row.service} ${row.span_id} ${row.message}`;
}

function Line({ row }: { row: LogRow }): JSX.Element {
  const open = useSignal(false);
  return (
    <li class={open.value ? "open" : ""} {...(open.value ? { "data-open": true } : {})}>
      <div class="log-line">
        <button
          type="button"
          class="twist"
          aria-expanded={open.value}
          aria-label={`Attributes of the line of ${clock(row.at, true)}`}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          <span aria-hidden="true">{open.value ? "▾" : "▸"}</span>
        </button>
        <Time at={row.at} ms />
        <span class={`level ${row.level}`}>{row.level}</span>
        <ServiceName name={row.service} />
        <span class="message">{row.message}</span>
        {row.trace_id ? (
          <a class="to-trace" href={link(["traces", row.trace_id], { span: row.span_id })}>
            trace
          </a>
        ) : (
          <span />
        )}
      </div>
      {open.value && <Attributes values={row.attributes} />}
    </li>
  );
}

/** How many lines there were over time, errors apart; a bar is a way into its time. */
function Histogram({ page, range }: { page: Page; range: Range }): JSX.Element | null {
  const bars = page.histogram;
  if (bars.length < 2) return null;
  const width = Math.min(...bars.slice(1).map(([at], index) => at - (bars[index]?.[0] ?? 0)));
  const bounds = moments(range);
  const first = bars[0]?.[0] ?? bounds.from;
  const last = (bars.at(-1)?.[0] ?? bounds.to) + width;
  const most = Math.max(...bars.map(([, count]) => count));
  const errors = bars.reduce((sum, [, , bad]) => sum + bad, 0);
  const all = bars.reduce((sum, [, count]) => sum + count, 0);
  const share = (at: number): string => `${((at - first) / (last - first)) * 100}%`;
  return (
    <div class="histogram">
      <p>
        {plural(all, "line")}, <span class={errors ? "bad-text" : ""}>{plural(errors, "error")}</span>
      </p>
      <div class="bars" aria-hidden="true">
        {bars.map(([at, count, bad]) => (
          <span
            key={at}
            title={`${moment(at)}: ${plural(count, "line")}, ${plural(bad, "error")}`}
            style={{ left: share(at), width: `calc(${share(first + width)} - 1px)`, height: `${(count / most) * 100}%` }}
            onClick={() => setQuery({ from: at, to: at + width, window: null })}
          >
            <i style={{ height: `${(bad / count) * 100}%` }} />
          </span>
        ))}
      </div>
      <div class="axis" aria-hidden="true">
        <span>{moment(first)}</span>
        <span>{moment(last)}</span>
      </div>
    </div>
  );
}
