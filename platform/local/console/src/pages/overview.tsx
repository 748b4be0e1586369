// How everything does: promises first, then who pages, then every service's rate, errors and durations.
import type { JSX } from "preact";
import { LOCAL, withQuery } from "../data/api.ts";
import { ms, percent, plural, rate, ratio } from "../data/format.ts";
import { useLive } from "../data/live.ts";
import { rangeOf } from "../data/range.ts";
import { link, place } from "../data/router.ts";
import type { Overview, Service, State } from "../data/types.ts";
import { Badge, Empty, errorTone, Loaded, Panel, Scroll, ServiceName, Spark } from "../ui/parts.tsx";
import { RangePicker } from "../ui/range.tsx";
import { Heading } from "../ui/shell.tsx";
import { SloTable } from "./slos.tsx";

export function OverviewPage(): JSX.Element {
  const range = rangeOf(place.value.query, 900);
  const live = useLive<Overview>(`overview ${range.window}`, () =>
    withQuery(`${LOCAL}/overview`, { window: range.window }),
  );
  return (
    <>
      <Heading title="Overview">
        <RangePicker range={range} />
      </Heading>
      <Loaded live={live}>
        {(data) => (
          <>
            <Monitors states={data.monitors} />
            <Panel title="Services" aside={<a href={link(["map"], { window: range.window })}>Who calls whom</a>}>
              <Services services={data.services} window={data.window_s} />
            </Panel>
            <Panel title="SLOs" aside={<a href="#/slos">All SLOs</a>}>
              <SloTable rows={data.slos} />
            </Panel>
          </>
        )}
      </Loaded>
    </>
  );
}

function Monitors({ states }: { states: Record<State, number> }): JSX.Element {
  const order: State[] = ["ALERT", "WARN", "OK", "NO DATA", "NOT EVALUATED"];
  const all = order.reduce((sum, state) => sum + states[state], 0);
  return (
    <ul class="tiles" aria-label={`${plural(all, "monitor")} by state`}>
      {order.map((state) => (
        <li key={state}>
          <a href={link(["monitors"], { state })} class={states[state] === 0 ? "zero" : ""}>
            <b>{states[state]}</b>
            <Badge state={state} />
          </a>
        </li>
      ))}
    </ul>
  );
}

function Services({ services, window }: { services: Service[]; window: number }): JSX.Element {
  if (services.length === 0) {
    return (
      <Empty title="No service was heard of in this time">
        Point a tracer at port 8126, or OpenTelemetry at port 4318, and send a request.
      </Empty>
    );
  }
  return (
    <Scroll label="Services">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col" class="wide-only">
              Requests over time
            </th>
            <th scope="col" class="num">
              Req/s
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
            <th scope="col" class="num">
              p99
            </th>
            <th scope="col" class="wide-only">
              Tracer
            </th>
          </tr>
        </thead>
        <tbody>
          {services.map((each) => (
            <tr key={each.service}>
              <th scope="row">
                <a href={link(["services", each.service], { window })}>
                  <ServiceName name={each.service} />
                </a>
              </th>
              <td class="wide-only">
                <Spark values={each.spark} />
              </td>
              <td class="num" title={plural(each.requests, "request")}>
                {rate(each.rate_per_s)}
              </td>
              <td class="num">
                {each.errors > 0 ? (
                  <a
                    class={errorTone(each.error_ratio)}
                    href={link(["traces"], { service: each.service, error: true, window })}
                    aria-label={`${each.service}: ${plural(each.errors, "failed request")}, ${ratio(each.error_ratio)}`}
                  >
                    {percent(each.error_ratio * 100, 1)}
                  </a>
                ) : (
                  <span class="muted">0 %</span>
                )}
              </td>
              <td class="num">{ms(each.p50_ms)}</td>
              <td class="num">{ms(each.p95_ms)}</td>
              <td class="num">{ms(each.p99_ms)}</td>
              <td class="wide-only muted">{each.source.join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
