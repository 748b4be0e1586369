import type { JSX } from "preact";
import { LOCAL, withQuery } from "../data/api.ts";
import { clock, ms, plural } from "../data/format.ts";
import { useHeld, useLive } from "../data/live.ts";
import { moments, rangeOf } from "../data/range.ts";
import { link, place } from "../data/router.ts";
import type { Overview, TraceRow } from "../data/types.ts";
import { Choice, Filters, TextFilter } from "../ui/filters.tsx";
import { Empty, Loaded, Panel, Scroll, ServiceName, Time, Waiting } from "../ui/parts.tsx";
import { RangePicker } from "../ui/range.tsx";
import { Heading } from "../ui/shell.tsx";

const FILTERS = ["q", "service", "route", "status", "error", "min_ms", "traffic"];

/** The services that were heard of within a day, to choose from. */
export function useServices(): [string, string][] {
  const live = useLive<Overview>("services", () => `${LOCAL}/overview?window=86400`, 60_000);
  const names = live.data?.services.map((each) => each.service).toSorted() ?? [];
  return [["", "any"], ...names.map((name): [string, string] => [name, name])];
}

export function TracesPage(): JSX.Element {
  const query = place.value.query;
  const range = rangeOf(query, 3600);
  const filters = Object.fromEntries(FILTERS.map((name) => [name, query.get(name)]));
  const key = `traces ${query.toString()}`;
  const live = useLive<{ traces: TraceRow[]; truncated: boolean }>(key, () =>
    withQuery(`${LOCAL}/traces`, { ...filters, ...moments(range), limit: 200 }),
  );
  const held = useHeld(key, live.stale ? null : (live.data?.traces ?? null), (row) => row.trace_id);
  const rows = held.rows ?? live.data?.traces ?? [];
  return (
    <>
      <Heading title="Traces">
        <RangePicker range={range} />
      </Heading>
      <Filters label="Traces">
        <TextFilter name="q" label="Search" placeholder="trace id, resource or attribute" wide />
        <Choice name="service" label="Service" options={useServices()} />
        <TextFilter name="route" label="Route" placeholder="/v1/orders" />
        <Choice name="error" label="Outcome" options={[["", "any"], ["true", "failed"], ["false", "worked"]]} />
        <TextFilter name="min_ms" label="At least, ms" placeholder="0" number />
        <Choice
          name="traffic"
          label="Traffic"
          options={[["", "any"], ["customer", "customer"], ["synthetic", "synthetic"], ["load", "load"]]}
        />
      </Filters>
      <Loaded live={live}>
        {(data) =>
          rows.length === 0 ? (
            <Panel>
              <Empty title="No trace passes the filter">A longer time window, or fewer filters, may find some.</Empty>
            </Panel>
          ) : (
            <Panel
              title={data.truncated ? `The newest ${plural(rows.length, "trace")}` : plural(rows.length, "trace")}
            >
              <Waiting count={held.waiting} release={held.release} />
              <Scatter rows={rows} />
              <Rows rows={rows} />
            </Panel>
          )
        }
      </Loaded>
    </>
  );
}

/** When and how long, at a glance; the table below says the same in words. */
function Scatter({ rows }: { rows: TraceRow[] }): JSX.Element {
  const times = rows.map((row) => row.start);
  const first = Math.min(...times);
  const spread = Math.max(Math.max(...times) - first, 60_000);
  // Durations differ by powers of ten: the axis is logarithmic.
  const log = (value: number): number => Math.log10(Math.max(value, 0.01));
  const durations = rows.map((row) => log(row.duration_ms));
  const low = Math.min(...durations);
  const high = Math.max(...durations, low + 0.3);
  return (
    <div class="scatter" aria-hidden="true">
      <span class="most">{ms(10 ** high)}</span>
      <span class="least">{ms(10 ** low)}</span>
      <div class="dots">
        {rows.map((row) => (
          <a
            key={row.trace_id}
            href={link(["traces", row.trace_id])}
            tabIndex={-1}
            class={row.error ? "error" : ""}
            title={`${clock(row.start)} ${row.resource} ${ms(row.duration_ms)}`}
            style={{
              left: `${((row.start - first) / spread) * 100}%`,
              bottom: `${((log(row.duration_ms) - low) / (high - low)) * 100}%`,
            }}
          />
        ))}
      </div>
      <span class="from">{clock(first)}</span>
      <span class="to">{clock(first + spread)}</span>
    </div>
  );
}

function Rows({ rows }: { rows: TraceRow[] }): JSX.Element {
  return (
    <Scroll label="Traces">
      <table class="rows traces" data-rows>
        <thead>
          <tr>
            <th scope="col">Started</th>
            <th scope="col">Request</th>
            <th scope="col">Outcome</th>
            <th scope="col" class="num">
              Took
            </th>
            <th scope="col" class="num wide-only">
              Spans
            </th>
            <th scope="col" class="wide-only">
              Services
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.trace_id}>
              <td class="nowrap">
                <Time at={row.start} />
              </td>
              <th scope="row" class="clip">
                <a href={link(["traces", row.trace_id])}>
                  <ServiceName name={row.root_service} /> <span class="resource">{row.resource}</span>
                </a>
              </th>
              <td class="nowrap">
                <Outcome row={row} />
              </td>
              <td class="num nowrap">{ms(row.duration_ms)}</td>
              <td class="num wide-only">{row.spans.toLocaleString("en-US")}</td>
              <td class="wide-only muted clip">{row.services.join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Outcome({ row }: { row: TraceRow }): JSX.Element {
  const status = row.status_code === null ? "" : ` ${row.status_code}`;
  return (
    <>
      {row.error ? <span class="bad-text">▲ error{status}</span> : <span class="muted">ok{status}</span>}
      {row.fault && <span class="fault" title="A fault was set on purpose">{row.fault}</span>}
    </>
  );
}
