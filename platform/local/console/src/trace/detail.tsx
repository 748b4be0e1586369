// One span, or one log line, with everything that was sent about it.
import type { JSX } from "preact";
import { clock, ms, text } from "../data/format.ts";
import { link } from "../data/router.ts";
import type { LogRow, TracePage } from "../data/types.ts";
import { Badge, ServiceName } from "../ui/parts.tsx";
import type { Item, Node } from "./tree.ts";

const FIRST = ["error.type", "error.message", "error.msg", "error.stack", "http.response.status_code", "http.status_code", "http.route"];

export function Detail({ item, page }: { item: Item; page: TracePage }): JSX.Element {
  return (
    <aside class="detail" aria-label="What is chosen" data-open>
      {item.kind === "span" ? <SpanDetail node={item.node} page={page} /> : <LogDetail log={item.log} />}
    </aside>
  );
}

function SpanDetail({ node, page }: { node: Node; page: TracePage }): JSX.Element {
  const { span } = node;
  const start = Number(BigInt(page.start_ns) / 1000000n);
  const from = start - 60_000;
  const to = start + Math.ceil(page.duration_ns / 1e6) + 60_000;
  const logs = page.logs.filter((log) => log.span_id === span.span_id);
  return (
    <>
      <h2>
        <ServiceName name={span.service} /> {span.error && <Badge state="ALERT" text="Error" />}
      </h2>
      <p class="resource">{span.resource}</p>
      <dl class="pairs">
        <Pair name="operation" value={span.name} />
        <Pair name="kind" value={`${span.kind}${span.type && span.type !== span.kind ? `, ${span.type}` : ""}`} />
        <Pair name="starts at" value={`+${ms(span.start_offset_ns / 1e6)}`} />
        <Pair name="took" value={`${ms(span.duration_ns / 1e6)}, ${ms(node.selfNs / 1e6)} of it by itself`} />
        <Pair name="sent by" value={span.source} />
        <Pair name="span id" value={span.span_id} />
      </dl>
      <p class="links">
        <a href={link(["traces"], { service: span.service, q: span.resource.slice(0, 80), from: from - 840_000, to })}>Like this one</a>
        <a href={link(["logs"], { service: span.service, from, to })}>Logs around it</a>
      </p>
      {logs.length > 0 && (
        <>
          <h3>Logs</h3>
          <ul class="lines">
            {logs.map((log) => (
              <li key={log.at_ns}>
                <span class={`level ${log.level}`}>{log.level}</span> {log.message}
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>Attributes</h3>
      <Attributes values={span.tags} />
    </>
  );
}

function LogDetail({ log }: { log: LogRow }): JSX.Element {
  return (
    <>
      <h2>
        <ServiceName name={log.service} /> <span class={`level ${log.level}`}>{log.level}</span>
      </h2>
      <p class="message">{log.message}</p>
      <dl class="pairs">
        <Pair name="at" value={clock(log.at, true)} />
      </dl>
      <h3>Attributes</h3>
      <Attributes values={log.attributes} />
    </>
  );
}

function Pair({ name, value }: { name: string; value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Attributes by name, what explains an error first. */
export function Attributes({ values }: { values: Record<string, unknown> }): JSX.Element {
  const rank = (key: string): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
  const rows = Object.entries(values).sort(([one], [other]) => rank(one) - rank(other) || one.localeCompare(other));
  if (rows.length === 0) return <p class="muted">None.</p>;
  return (
    <dl class="pairs mono">
      {rows.map(([key, value]) => (
        <Pair key={key} name={key} value={text(value)} />
      ))}
    </dl>
  );
}
