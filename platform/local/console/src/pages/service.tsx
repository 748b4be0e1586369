// One service over time: rate, errors, durations, and which of its operations do how.
import type { JSX } from "preact";
import { LOCAL, withQuery } from "../data/api.ts";
import { count, ms, percent } from "../data/format.ts";
import { useLive } from "../data/live.ts";
import { rangeOf } from "../data/range.ts";
import { link, place } from "../data/router.ts";
import type { ServicePage as Page } from "../data/types.ts";
import { Chart, onGrid } from "../ui/chart.tsx";
import { Empty, errorTone, Loaded, Panel, Scroll } from "../ui/parts.tsx";
import { RangePicker } from "../ui/range.tsx";
import { Heading } from "../ui/shell.tsx";

export function ServicePage({ id }: { id: string }): JSX.Element {
  const range = rangeOf(place.value.query, 3600);
  const live = useLive<Page>(`service ${id} ${range.window}`, () =>
    withQuery(`${LOCAL}/service`, { name: id, window: range.window }),
  );
  const among = { service: id, window: range.window };
  return (
    <>
      <Heading title={id} crumb={["Services", "#/"]}>
        <a class="button" href={link(["traces"], among)}>
          Traces
        </a>
        <a class="button" href={link(["logs"], among)}>
          Logs
        </a>
        <RangePicker range={range} />
      </Heading>
      <Loaded live={live}>
        {(page) =>
          page.points.length === 0 ? (
            <Panel>
              <Empty title="No request was heard of in this time">A longer time window may find some.</Empty>
            </Panel>
          ) : (
            <>
              <Charts page={page} />
              <Panel title="Operations">
                <Operations page={page} window={range.window} />
              </Panel>
            </>
          )
        }
      </Loaded>
    </>
  );
}

function Charts({ page }: { page: Page }): JSX.Element {
  const end = Math.floor(page.now / 1000) - 1;
  const column = (pick: (point: Page["points"][number]) => number): (number | null)[] =>
    onGrid(end - page.window_s, end, page.width_s, page.points.map((point) => [point[0], pick(point)])).values;
  const { seconds } = onGrid(end - page.window_s, end, page.width_s, []);
  const failed = column((point) => point[2]);
  const open = (second: number, error: boolean): void => {
    const [from, to] = [second * 1000, (second + page.width_s) * 1000];
    location.hash = link(["traces"], { service: page.service, error, from, to });
  };
  return (
    <div class="thirds">
      <Panel title="Requests">
        <Chart
          label="Requests"
          seconds={seconds}
          lines={[
            { label: "failed", values: column((point) => point[1]), colour: "--bad-fill", kind: "bars", told: failed },
            { label: "worked", values: column((point) => point[1] - point[2]), colour: "--hue0", kind: "bars" },
          ]}
          show={count}
          least={1}
          onPick={(second) => open(second, false)}
        />
      </Panel>
      <Panel title="Errors">
        <Chart
          label="Errors"
          seconds={seconds}
          lines={[{ label: "failed", values: column((point) => (100 * point[2]) / point[1]), colour: "--bad-fill", kind: "line" }]}
          show={(value) => percent(value, 1)}
          least={1}
          onPick={(second) => open(second, true)}
        />
      </Panel>
      <Panel title="Durations">
        <Chart
          label="Durations"
          seconds={seconds}
          lines={[
            { label: "p50", values: column((point) => point[3]), colour: "--hue8", kind: "line" },
            { label: "p95", values: column((point) => point[4]), colour: "--hue0", kind: "line" },
            { label: "p99", values: column((point) => point[5]), colour: "--hue3", kind: "line" },
          ]}
          show={ms}
          onPick={(second) => open(second, false)}
        />
      </Panel>
    </div>
  );
}

function Operations({ page, window }: { page: Page; window: number }): JSX.Element {
  return (
    <Scroll label="Operations">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Operation</th>
            <th scope="col" class="num">
              Requests
            </th>
            <th scope="col" class="num">
              Errors
            </th>
            <th scope="col" class="num">
              p50
            </th>
            <th scope="col" class="num">
              p95
            </th>
          </tr>
        </thead>
        <tbody>
          {page.resources.map((row) => (
            <tr key={row.resource}>
              <th scope="row" class="wrap">
                <a href={link(["traces"], { service: page.service, q: row.resource, window })}>{row.resource}</a>
              </th>
              <td class="num">{count(row.requests)}</td>
              <td class={`num ${errorTone(row.errors / row.requests)}`}>{percent((100 * row.errors) / row.requests, 1)}</td>
              <td class="num">{ms(row.p50_ms)}</td>
              <td class="num">{ms(row.p95_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
