import type { JSX } from "preact";
import { LOCAL } from "../data/api.ts";
import { percent, plural } from "../data/format.ts";
import { useLive } from "../data/live.ts";
import { link } from "../data/router.ts";
import type { SloRow } from "../data/types.ts";
import { Badge, budgetTone, Empty, Loaded, Meter, Panel, Scroll } from "../ui/parts.tsx";
import { Heading } from "../ui/shell.tsx";

export function SlosPage(): JSX.Element {
  const live = useLive<{ slos: SloRow[] }>("slos", () => `${LOCAL}/slos`);
  return (
    <>
      <Heading title="SLOs" />
      <Loaded live={live}>
        {(data) => (
          <Panel>
            <SloTable rows={data.slos} />
          </Panel>
        )}
      </Loaded>
    </>
  );
}

/** The SLOs, those that burn first. */
export function SloTable({ rows }: { rows: SloRow[] }): JSX.Element {
  if (rows.length === 0) {
    return (
      <Empty title="No SLO was pushed yet">
        <code>sightline slo push slo/specs --project shop --yes</code> sends the shop's.
      </Empty>
    );
  }
  const urgent = (row: SloRow): number => (row.alerting.length > 0 ? -1000 : 0) + (row.budget_remaining ?? 500);
  return (
    <Scroll label="SLOs">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">SLO</th>
            <th scope="col">State</th>
            <th scope="col" class="num wide-only">
              Target
            </th>
            <th scope="col" class="num">
              Now
            </th>
            <th scope="col" class="num">
              Budget left
            </th>
            <td class="wide-only" />
            <th scope="col">Alerts</th>
          </tr>
        </thead>
        <tbody>
          {rows.toSorted((one, other) => urgent(one) - urgent(other)).map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <a href={link(["slos", row.id])}>{row.name}</a>
              </th>
              <td>
                {row.not_evaluated ? <Badge state="NOT EVALUATED" /> : <Badge state={row.state} />}
              </td>
              <td class="num wide-only">
                {percent(row.target, 3)} <span class="muted">/ {row.timeframe}</span>
              </td>
              <td class="num">{percent(row.sli, 3)}</td>
              <td class={`num ${row.budget_remaining !== null && row.budget_remaining <= 0 ? "bad-text" : ""}`}>
                {percent(row.budget_remaining, 1)}
              </td>
              <td class="wide-only meter-cell">
                {row.budget_remaining !== null && (
                  <Meter
                    value={row.budget_remaining}
                    tone={budgetTone(row.budget_remaining)}
                    label={`${percent(row.budget_remaining, 1)} of the budget left`}
                  />
                )}
              </td>
              <td>
                {row.alerting.length > 0 ? (
                  <span title={row.alerting.join("\n")}>
                    <Badge state="ALERT" text={plural(row.alerting.length, "alert")} />
                  </span>
                ) : (
                  <span class="muted">none</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
