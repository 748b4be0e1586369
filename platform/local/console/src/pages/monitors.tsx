import type { JSX } from "preact";
import { LOCAL } from "../data/api.ts";
import { ago } from "../data/format.ts";
import { useLive } from "../data/live.ts";
import { link, place } from "../data/router.ts";
import type { MonitorRow, State } from "../data/types.ts";
import { Choice, Filters, TextFilter } from "../ui/filters.tsx";
import { Badge, Empty, Loaded, Panel, Scroll } from "../ui/parts.tsx";
import { Heading } from "../ui/shell.tsx";

const ORDER: State[] = ["ALERT", "WARN", "NOT EVALUATED", "NO DATA", "OK"];

export function MonitorsPage(): JSX.Element {
  const live = useLive<{ monitors: MonitorRow[] }>("monitors", () => `${LOCAL}/monitors`);
  const state = place.value.query.get("state") ?? "";
  const wanted = (place.value.query.get("q") ?? "").toLowerCase();
  const passes = (row: MonitorRow): boolean =>
    (!state || row.state === state) && [row.name, row.reason, ...row.tags].join(" ").toLowerCase().includes(wanted);
  return (
    <>
      <Heading title="Monitors" />
      <Filters label="Monitors">
        <TextFilter name="q" label="Search" placeholder="name, reason or tag" wide />
        <Choice name="state" label="State" options={[["", "any"], ...ORDER.map((each): [string, string] => [each, each.toLowerCase()])]} />
      </Filters>
      <Loaded live={live}>
        {(data) => (
          <Panel>
            {data.monitors.length === 0 ? (
              <Empty title="No monitor was pushed yet">Burn-rate monitors come with their SLOs.</Empty>
            ) : (
              <Rows rows={data.monitors.filter(passes)} />
            )}
          </Panel>
        )}
      </Loaded>
    </>
  );
}

function Rows({ rows }: { rows: MonitorRow[] }): JSX.Element {
  if (rows.length === 0) return <Empty title="No monitor passes the filter" />;
  const sorted = rows.toSorted((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
  return (
    <Scroll label="Monitors">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Monitor</th>
            <th scope="col">Why</th>
            <th scope="col" class="num">
              For
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={row.id}>
              <td>
                <Badge state={row.state} />
              </td>
              <th scope="row" class="wrap">
                <a href={link(["monitors", String(row.id)])}>{row.name}</a>
              </th>
              <td class="wrap">{row.reason}</td>
              <td class="num nowrap">{ago(row.since)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
