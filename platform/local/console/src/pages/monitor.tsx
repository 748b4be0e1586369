import type { JSX } from "preact";
import { LOCAL } from "../data/api.ts";
import { ago } from "../data/format.ts";
import { useLive } from "../data/live.ts";
import { link } from "../data/router.ts";
import type { BurnWindow, MonitorPage as Page } from "../data/types.ts";
import { Badge, Empty, Loaded, Panel, Scroll, Tags, Time } from "../ui/parts.tsx";
import { Heading } from "../ui/shell.tsx";
import { BurnSum } from "./arithmetic.tsx";
import { Evidences } from "./slo.tsx";

export function MonitorPage({ id }: { id: string }): JSX.Element {
  const live = useLive<Page>(`monitor ${id}`, () => `${LOCAL}/monitors/${encodeURIComponent(id)}`);
  const data = live.data;
  return (
    <>
      <Heading title={data?.monitor.name ?? "Monitor"} crumb={["Monitors", "#/monitors"]}>
        {data?.evidence && <Evidences evidence={data.evidence} />}
      </Heading>
      <Loaded live={live}>{(page) => <Detail page={page} />}</Loaded>
    </>
  );
}

function Detail({ page }: { page: Page }): JSX.Element {
  return (
    <>
      <div class="headline">
        <dl>
          <div>
            <dt>State</dt>
            <dd>
              <Badge state={page.state} />
            </dd>
          </div>
          <div>
            <dt>Since</dt>
            <dd>
              <Time at={page.since} /> {page.since !== null && <span class="muted">({ago(page.since)})</span>}
            </dd>
          </div>
          <div>
            <dt>Last look</dt>
            <dd>
              <Time at={page.evaluation.at} />
            </dd>
          </div>
          {page.slo_id && (
            <div>
              <dt>Watches</dt>
              <dd>
                <a href={link(["slos", page.slo_id])}>{page.slo_name ?? page.slo_id}</a>
              </dd>
            </div>
          )}
        </dl>
      </div>
      <Panel title="Why">
        <p class="reason">{page.evaluation.reason}</p>
        <Values page={page} />
      </Panel>
      <Panel title="Changes of state">
        <Transitions page={page} />
      </Panel>
      <div class="halves">
        <Panel title="Query">
          <pre class="code">{page.monitor.query}</pre>
        </Panel>
        <Panel title="Message">
          <pre class="code">{page.monitor.message}</pre>
        </Panel>
      </div>
      <Tags tags={page.monitor.tags} />
    </>
  );
}

/** The numbers of the last look: the sum of a burn rate where it is one, else as they are. */
function Values({ page }: { page: Page }): JSX.Element | null {
  const values = page.evaluation.values;
  const { long, short, threshold, target } = values as { long?: BurnWindow; short?: BurnWindow; threshold?: number; target?: number };
  if (long && short && threshold !== undefined && target !== undefined) {
    const budget = Math.round((1 - target / 100) * 1e9) / 1e9;
    const { id, name, query } = page.monitor;
    const burn = { monitor_id: id, monitor_name: name, query, threshold, target, budget, state: page.state, since: page.since, long, short };
    return <BurnSum burn={burn} bare />;
  }
  const rows = Object.entries(values);
  if (rows.length === 0) return null;
  return (
    <dl class="pairs">
      {rows.map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{typeof value === "object" ? JSON.stringify(value) : String(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Transitions({ page }: { page: Page }): JSX.Element {
  if (page.transitions.length === 0) return <Empty title="It has not changed its state yet" />;
  return (
    <Scroll label="Changes of state">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Why</th>
            <th scope="col">Told</th>
          </tr>
        </thead>
        <tbody>
          {page.transitions.map((each) => (
            <tr key={`${each.at} ${each.to}`}>
              <td class="nowrap">
                <Time at={each.at} />
              </td>
              <td>
                <Badge state={each.from} />
              </td>
              <td>
                <Badge state={each.to} />
              </td>
              <td class="wrap">{each.reason}</td>
              <td>{each.notified ? "yes" : <span class="muted">no</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
