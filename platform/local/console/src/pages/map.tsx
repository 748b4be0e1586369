import type { JSX } from "preact";
import { LOCAL, withQuery } from "../data/api.ts";
import { count, ms, percent, plural } from "../data/format.ts";
import { useLive } from "../data/live.ts";
import { rangeOf } from "../data/range.ts";
import { link, place } from "../data/router.ts";
import type { ServiceMap } from "../data/types.ts";
import { Empty, errorTone, hue, Loaded, Panel, Scroll, ServiceName } from "../ui/parts.tsx";
import { RangePicker } from "../ui/range.tsx";
import { Heading } from "../ui/shell.tsx";
import { layers } from "./layers.ts";

const WIDE = 310;
const HIGH = 92;
const LONGEST = 18;
const BOX = { width: 168, height: 52 };

export function MapPage(): JSX.Element {
  const range = rangeOf(place.value.query, 900);
  const live = useLive<ServiceMap>(`map ${range.window}`, () => withQuery(`${LOCAL}/service-map`, { window: range.window }));
  return (
    <>
      <Heading title="Service map">
        <RangePicker range={range} />
      </Heading>
      <Loaded live={live}>
        {(map) =>
          map.nodes.length === 0 ? (
            <Panel>
              <Empty title="No service was heard of in this time">A longer time window may find some.</Empty>
            </Panel>
          ) : (
            <>
              <Panel>
                <Drawing map={map} window={range.window} />
              </Panel>
              <Panel title="Calls">
                <Calls map={map} />
              </Panel>
            </>
          )
        }
      </Loaded>
    </>
  );
}

function Drawing({ map, window }: { map: ServiceMap; window: number }): JSX.Element {
  const placed = layers(map);
  const top = Math.min(...placed.map((each) => each.row));
  const columns = Math.max(...placed.map((each) => each.column)) + 1;
  const rows = Math.max(...placed.map((each) => each.row)) - top + 1;
  const at = new Map(placed.map((each) => [each.service, { x: each.column * WIDE + 8, y: (each.row - top) * HIGH + 16 }]));
  const width = (columns - 1) * WIDE + BOX.width + 16;
  const height = (rows - 1) * HIGH + BOX.height + 32;
  const most = Math.max(...map.edges.map((edge) => edge.calls), 1);
  return (
    <Scroll label="Service map">
      <svg class="map" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="group" aria-label="Services and their calls">
        {map.edges.map((edge) => {
          const from = at.get(edge.from);
          const to = at.get(edge.to);
          if (!from || !to) return null;
          const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
          const [x2, y2] = [to.x, to.y + BOX.height / 2];
          const bend = Math.max(Math.abs(x2 - x1) / 2, 40);
          const failed = edge.errors > 0;
          return (
            <g key={`${edge.from} ${edge.to}`} class={failed ? "edge error" : "edge"}>
              <path d={`M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`} stroke-width={1.2 + (3 * edge.calls) / most} />
              <text x={x2 - 10} y={y2 - 8} text-anchor="end">
                {failed ? `${percent((100 * edge.errors) / edge.calls, 0)} fail` : ms(edge.p95_ms)}
              </text>
            </g>
          );
        })}
        {map.nodes.map((node) => {
          const { x, y } = at.get(node.service) ?? { x: 0, y: 0 };
          const failed = node.errors > 0;
          return (
            <a
              key={node.service}
              href={link(["services", node.service], { window })}
              class={failed ? "node error" : "node"}
              aria-label={`${node.service}: ${plural(node.requests, "request")}, ${plural(node.errors, "error")}`}
            >
              <rect x={x} y={y} width={BOX.width} height={BOX.height} rx="8" />
              <rect class={`hue${hue(node.service)}`} x={x} y={y + 8} width="4" height={BOX.height - 16} rx="2" />
              <text x={x + 14} y={y + 21} class="title">
                {node.service.length > LONGEST ? `${node.service.slice(0, LONGEST - 1)}…` : node.service}
              </text>
              <text x={x + 14} y={y + 39}>
                {plural(node.requests, "req", "req")}
                {failed && <tspan class="bad">{` · ▲ ${count(node.errors)} failed`}</tspan>}
              </text>
            </a>
          );
        })}
      </svg>
    </Scroll>
  );
}

function Calls({ map }: { map: ServiceMap }): JSX.Element {
  if (map.edges.length === 0) return <Empty title="No service called another" />;
  return (
    <Scroll label="Calls between services">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col" class="num">
              Calls
            </th>
            <th scope="col" class="num">
              Failed
            </th>
            <th scope="col" class="num">
              p95
            </th>
          </tr>
        </thead>
        <tbody>
          {map.edges.map((edge) => (
            <tr key={`${edge.from} ${edge.to}`}>
              <td>
                <ServiceName name={edge.from} />
              </td>
              <td>
                <ServiceName name={edge.to} />
              </td>
              <td class="num">{count(edge.calls)}</td>
              <td class={`num ${errorTone(edge.errors / edge.calls)}`}>{percent((100 * edge.errors) / edge.calls, 1)}</td>
              <td class="num">{ms(edge.p95_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
