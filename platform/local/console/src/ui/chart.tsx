// Charts on uPlot. What was not measured is a shaded gap; every chart has its numbers as a table too.
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { clock, moment } from "../data/format.ts";
import { painted } from "../data/settings.ts";

export interface Line {
  label: string;
  values: (number | null)[];
  /** A colour of the style sheet, by the name of its variable. */
  colour: string;
  kind: "line" | "step" | "bars";
  /** What is told instead of what is drawn: of stacked bars, the part and not the height. */
  told?: (number | null)[];
}

export interface ChartProps {
  label: string;
  seconds: number[];
  lines: Line[];
  show: (value: number) => string;
  height?: number;
  /** A horizontal line to compare with. */
  mark?: { value: number; label: string };
  /** The least that the axis reaches up to, and where it may begin. */
  least?: number;
  zero?: boolean;
  gaps?: boolean;
  onPick?: (second: number) => void;
}

const FONT = "11px system-ui, sans-serif";

export function Chart(props: ChartProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const at = useSignal<number | null>(null);
  const shape = props.lines.map((line) => line.label + line.kind + line.colour).join("|");

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const made = new uPlot(options(latest, element.clientWidth, at), data(latest.current), element);
    plot.current = made;
    const watch = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height: latest.current.height ?? 180 });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape, painted.value, props.seconds.length === 0]);

  useEffect(() => {
    plot.current?.setData(data(props));
  }, [props.seconds, props.lines]);

  const measured = props.seconds.some((_, index) => props.lines.some((line) => (line.values[index] ?? null) !== null));
  if (!measured) return <div class="chart-empty">Nothing was measured in this time.</div>;
  const index = at.value ?? lastMeasured(props);
  return (
    <figure class="chart" aria-label={props.label}>
      <figcaption>
        {props.lines.map((line) => (
          <span key={line.label} class="key">
            <i style={{ background: `var(${line.colour})` }} aria-hidden="true" />
            {line.label} <b>{shown((line.told ?? line.values)[index], props.show)}</b>
          </span>
        ))}
        {props.mark && (
          <span class="key">
            <i class="dash" aria-hidden="true" />
            {props.mark.label}
          </span>
        )}
        <span class="when">{moment((props.seconds[index] ?? 0) * 1000)}</span>
      </figcaption>
      <div ref={box} class={props.onPick ? "plot pick" : "plot"} aria-hidden="true" />
      <details class="numbers">
        <summary>Numbers</summary>
        <Numbers {...props} />
      </details>
    </figure>
  );
}

const MOST_ROWS = 130;

function Numbers(props: ChartProps): JSX.Element {
  const rows = props.seconds.map((second, index) => ({ second, index })).reverse().slice(0, MOST_ROWS);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`${props.label}: numbers`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {props.lines.map((line) => (
              <th key={line.label} scope="col" class="num">
                {line.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ second, index }) => (
            <tr key={second}>
              <td>{moment(second * 1000)}</td>
              {props.lines.map((line) => (
                <td key={line.label} class="num">
                  {shown((line.told ?? line.values)[index], props.show)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function shown(value: number | null | undefined, show: (value: number) => string): string {
  return value === null || value === undefined ? "–" : show(value);
}

function lastMeasured(props: ChartProps): number {
  for (let index = props.seconds.length - 1; index > 0; index -= 1) {
    if (props.lines.some((line) => (line.values[index] ?? null) !== null)) return index;
  }
  return 0;
}

function data(props: ChartProps): uPlot.AlignedData {
  return [props.seconds, ...props.lines.map((line) => line.values)] as uPlot.AlignedData;
}

function options(
  latest: { current: ChartProps },
  width: number,
  at: { value: number | null },
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const props = latest.current;
  const grid = { stroke: colour("--line"), width: 1 };
  const axis = { stroke: colour("--muted"), font: FONT, grid, ticks: { show: false } };
  return {
    width,
    height: props.height ?? 180,
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: "page", setSeries: false },
      drag: { x: false, y: false, setScale: false },
      points: { size: 7 },
    },
    scales: {
      x: { time: true },
      y: {
        range: (_plot, low, high) => {
          const top = Math.max(high ?? 0, latest.current.least ?? 0, latest.current.mark?.value ?? 0);
          const bottom = latest.current.zero === false ? low : Math.min(low ?? 0, 0);
          const room = (top - bottom || 1) * 0.06;
          return [bottom < 0 || latest.current.zero === false ? bottom - room : 0, top + room];
        },
      },
    },
    axes: [
      { ...axis, size: 26, values: (_plot, splits, _index, _space, step) => splits.map((each) => tick(each, step)) },
      { ...axis, size: 52, values: (_plot, splits) => splits.map((each) => latest.current.show(each)) },
    ],
    series: [
      {},
      ...props.lines.map((line): uPlot.Series => {
        const stroke = colour(line.colour);
        const bars = line.kind === "bars";
        const paths = bars
          ? uPlot.paths.bars?.({ size: [0.86, 60], align: 1 })
          : line.kind === "step"
            ? uPlot.paths.stepped?.({ align: 1 })
            : uPlot.paths.linear?.();
        return {
          label: line.label,
          stroke,
          width: bars ? 0 : 1.6,
          spanGaps: false,
          ...(paths ? { paths } : {}),
          ...(bars ? { fill: stroke, points: { show: false } } : {}),
          ...(line.kind === "step" ? { fill: `color-mix(in srgb, ${stroke} 14%, transparent)` } : {}),
        };
      }),
    ],
    hooks: {
      drawAxes: [
        (plot) => {
          if (latest.current.gaps !== false) shadeGaps(plot, colour("--gap"));
        },
      ],
      draw: [(plot) => drawMark(plot, latest.current, colour("--bad"))],
      setCursor: [
        (plot) => {
          at.value = plot.cursor.idx ?? null;
        },
      ],
      ready: [
        (plot) => {
          plot.over.addEventListener("click", () => {
            const second = plot.data[0][plot.cursor.idx ?? -1];
            if (second !== undefined) latest.current.onPick?.(second);
          });
        },
      ],
    },
  };
}

function tick(second: number, step: number): string {
  if (step >= 86400) {
    return new Date(second * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  }
  return clock(second * 1000).slice(0, step < 60 ? 8 : 5);
}

function shadeGaps(plot: uPlot, colour: string): void {
  const [seconds, ...lines] = plot.data;
  const step = (seconds[1] ?? 0) - (seconds[0] ?? 0);
  const { left, top, width, height } = plot.bbox;
  plot.ctx.save();
  plot.ctx.fillStyle = colour;
  const measured = (index: number): boolean => lines.some((line) => (line[index] ?? null) !== null);
  for (let index = 0; index < seconds.length; index += 1) {
    if (measured(index)) continue;
    const start = seconds[index] ?? 0;
    while (index + 1 < seconds.length && !measured(index + 1)) index += 1;
    const from = Math.max(plot.valToPos(start, "x", true), left);
    const to = Math.min(plot.valToPos((seconds[index] ?? 0) + step, "x", true), left + width);
    if (to > from) plot.ctx.fillRect(from, top, to - from, height);
  }
  plot.ctx.restore();
}

function drawMark(plot: uPlot, props: ChartProps, colour: string): void {
  if (!props.mark) return;
  const { left, width } = plot.bbox;
  const y = plot.valToPos(props.mark.value, "y", true);
  plot.ctx.save();
  plot.ctx.strokeStyle = colour;
  plot.ctx.lineWidth = window.devicePixelRatio;
  plot.ctx.setLineDash([5 * window.devicePixelRatio, 4 * window.devicePixelRatio]);
  plot.ctx.beginPath();
  plot.ctx.moveTo(left, y);
  plot.ctx.lineTo(left + width, y);
  plot.ctx.stroke();
  plot.ctx.restore();
}

/** Lay points out on an even grid: an interval without a point is null, not zero and not skipped. */
export function onGrid(from: number, to: number, interval: number, points: Iterable<[number, number | null]>): {
  seconds: number[];
  values: (number | null)[];
} {
  const first = Math.floor(from / interval) * interval;
  const seconds: number[] = [];
  for (let second = first; second <= to; second += interval) seconds.push(second);
  const values: (number | null)[] = seconds.map(() => null);
  for (const [second, value] of points) {
    const index = Math.floor((second - first) / interval);
    if (index >= 0 && index < values.length) values[index] = value;
  }
  return { seconds, values };
}
