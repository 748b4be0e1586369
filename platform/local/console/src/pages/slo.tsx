import type { JSX } from "preact";
import { LOCAL } from "../data/api.ts";
import { ago, count, percent } from "../data/format.ts";
import { useLive } from "../data/live.ts";
import { link, tracesOf } from "../data/router.ts";
import type { Evidence, SloPage as Page } from "../data/types.ts";
import { Chart, onGrid } from "../ui/chart.tsx";
import { Badge, budgetTone, Empty, Loaded, Meter, Panel, Tags } from "../ui/parts.tsx";
import { Heading } from "../ui/shell.tsx";
import { BudgetSum, BurnSum } from "./arithmetic.tsx";

const HOUR_S = 3600;

export function SloPage({ id }: { id: string }): JSX.Element {
  const live = useLive<Page>(`slo ${id}`, () => `${LOCAL}/slos/${encodeURIComponent(id)}`);
  const data = live.data;
  return (
    <>
      <Heading title={data?.slo.name ?? "SLO"} crumb={["SLOs", "#/slos"]}>
        {data?.evidence && <Evidences evidence={data.evidence} />}
      </Heading>
      <Loaded live={live}>{(page) => <Detail page={page} />}</Loaded>
    </>
  );
}

/** The way from a state to what failed. */
export function Evidences({ evidence }: { evidence: Evidence }): JSX.Element {
  const { from, to, service } = evidence;
  return (
    <>
      <a class="button primary" href={tracesOf(evidence)}>
        {evidence.min_ms ? "Slow traces" : "Failing traces"}
      </a>
      <a class="button" href={link(["logs"], { service, level: "error", from, to })}>
        Error logs
      </a>
    </>
  );
}

function Detail({ page }: { page: Page }): JSX.Element {
  const { row, slo } = page;
  const status = page.statuses.find((each) => each.timeframe === slo.timeframe) ?? page.statuses[0];
  const alerting = page.burn.filter((each) => each.state === "ALERT");
  const since = Math.min(...alerting.map((each) => each.since ?? Number.POSITIVE_INFINITY));
  return (
    <>
      <div class="headline">
        <dl>
          <div>
            <dt>State</dt>
            <dd>{row.not_evaluated ? <Badge state="NOT EVALUATED" /> : <Badge state={row.state} />}</dd>
          </div>
          <div>
            <dt>Alerts</dt>
            <dd>
              {alerting.length > 0 ? (
                <Badge
                  state="ALERT"
                  text={`${alerting.length} of ${page.burn.length}${Number.isFinite(since) ? `, for ${ago(since)}` : ""}`}
                />
              ) : (
                <span>none of {page.burn.length}</span>
              )}
            </dd>
          </div>
          <div>
            <dt>Good over {row.timeframe}</dt>
            <dd class="big">
              {percent(row.sli, 3)} <small>of {percent(row.target, 3)}</small>
            </dd>
          </div>
          <div class="grow">
            <dt>Budget left</dt>
            <dd class="big">
              {percent(row.budget_remaining, 1)}
              {row.budget_remaining !== null && (
                <Meter value={row.budget_remaining} tone={budgetTone(row.budget_remaining)} label="Budget left" />
              )}
            </dd>
          </div>
        </dl>
        {slo.description && <p class="muted">{slo.description.split("\n\n")[0]}</p>}
      </div>
      {row.not_evaluated ? (
        <Empty title="This SLO is not evaluated here">{row.not_evaluated}</Empty>
      ) : (
        <div class="why">
          <div>
            <Panel title="Why: burn rates now">
              {page.burn.length === 0 && <p class="muted">No burn-rate monitor watches this SLO.</p>}
              <div class="burns">
                {page.burn.map((burn) => (
                  <BurnSum key={burn.monitor_id} burn={burn} />
                ))}
              </div>
            </Panel>
            {status && (
              <Panel title={`Why: the budget of ${status.timeframe}`}>
                <BudgetSum status={status} />
              </Panel>
            )}
          </div>
          <div>
            <Panel title="Good and bad events, last hour">
              <Recent page={page} />
            </Panel>
            <Panel title={`Budget left over ${slo.timeframe}`}>
              <Budget page={page} />
            </Panel>
          </div>
        </div>
      )}
      <Tags tags={slo.tags} />
    </>
  );
}

function Recent({ page }: { page: Page }): JSX.Element {
  const { interval_s, points } = page.series;
  // Up to now, and not up to the last point: that nothing comes any more is worth seeing.
  const end = Math.floor((page.evidence?.to ?? Date.now()) / 1000) - interval_s;
  const total = onGrid(end - HOUR_S + interval_s, end, interval_s, points.map(([at, , all]) => [at, all]));
  const good = onGrid(end - HOUR_S + interval_s, end, interval_s, points.map(([at, fine]) => [at, fine]));
  const bad = total.values.map((all, at) => (all === null ? null : all - (good.values[at] ?? 0)));
  const evidence = page.evidence;
  return (
    <Chart
      label="Good and bad events of the last hour"
      seconds={total.seconds}
      lines={[
        { label: "bad", values: total.values, colour: "--bad-fill", kind: "bars", told: bad },
        { label: "good", values: good.values, colour: "--ok-fill", kind: "bars" },
      ]}
      show={count}
      least={1}
      {...(evidence && {
        onPick: (second: number) => {
          location.hash = tracesOf({ ...evidence, from: second * 1000, to: (second + interval_s) * 1000 });
        },
      })}
    />
  );
}

function Budget({ page }: { page: Page }): JSX.Element {
  return (
    <Chart
      label="Budget left"
      seconds={page.budget_series.map(([at]) => at)}
      lines={[{ label: "budget left", values: page.budget_series.map(([, left]) => left), colour: "--accent", kind: "step" }]}
      show={(value) => `${Math.round(value)} %`}
      least={100}
      gaps={false}
      mark={{ value: 0, label: "spent" }}
    />
  );
}
