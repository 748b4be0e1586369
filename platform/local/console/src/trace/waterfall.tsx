// The waterfall: an ARIA treegrid of which only the rows in sight are in the document.
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { clock, ms, plural } from "../data/format.ts";
import type { TracePage } from "../data/types.ts";
import { hue } from "../ui/parts.tsx";
import { type Row, type Tree, hasBelow } from "./tree.ts";
import type { View } from "./view.ts";

const AROUND = 8;
const narrow = window.matchMedia("(max-width: 720px)");

export function Waterfall({ page, tree, view }: { page: TracePage; tree: Tree; view: View }): JSX.Element {
  const body = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(560);
  const rowHeight = narrow.matches ? 46 : 28;
  const rows = useMemo(() => view.rows(tree), [tree, view.collapsed.value, view.logs.value]);
  const activeIndex = Math.max(0, rows.findIndex((row) => row.id === view.active.value));
  const moved = view.moved.value;

  useEffect(() => {
    const element = body.current;
    if (!element) return undefined;
    const watch = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  // Before the next key is taken: keys that are held down must not outrun the focus.
  useLayoutEffect(() => {
    const element = body.current;
    if (!element || (moved === 0 && view.active.value === null)) return;
    const at = activeIndex * rowHeight;
    const room = rowHeight * 2;
    if (at < element.scrollTop + room) element.scrollTop = at - room;
    else if (at + rowHeight > element.scrollTop + element.clientHeight - room) {
      element.scrollTop = at + rowHeight - element.clientHeight + room;
    }
    top.value = element.scrollTop;
    if (moved > 0) element.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }, [moved]);

  const first = Math.max(0, Math.floor(top.value / rowHeight) - AROUND);
  const last = Math.min(rows.length, Math.ceil((top.value + height.value) / rowHeight) + AROUND);
  const indices = Array.from({ length: Math.max(last - first, 0) }, (_, at) => first + at);
  // The row that has the focus stays in the document, or the next key would go nowhere.
  if (rows.length > 0 && !indices.includes(activeIndex)) indices.push(activeIndex);

  return (
    <div
      class="waterfall"
      role="treegrid"
      aria-label={`Spans and log lines of the trace: ${plural(rows.length, "row")}`}
      aria-rowcount={rows.length + 1}
      aria-colcount={3}
      onKeyDown={(event) => {
        if (view.key(event, tree, rows, Math.floor(height.value / rowHeight) - 1)) event.preventDefault();
      }}
    >
      <div role="rowgroup">
        <div class="span head" role="row" aria-rowindex={1}>
          <div role="columnheader">Service and operation</div>
          <div role="columnheader" class="num">
            Duration
          </div>
          <div role="columnheader" class="ticks">
            <span class="hidden">Timeline</span>
            {[0, 0.25, 0.5, 0.75].map((part) => (
              <i key={part} style={{ left: `${part * 100}%` }}>
                {ms((page.duration_ns / 1e6) * part)}
              </i>
            ))}
          </div>
        </div>
      </div>
      <div
        class="body"
        role="rowgroup"
        ref={body}
        onScroll={(event) => {
          top.value = event.currentTarget.scrollTop;
        }}
      >
        <div role="presentation" style={{ height: `${rows.length * rowHeight}px` }}>
          {indices.map((index) => {
            const row = rows[index] as Row;
            const place = { top: `${index * rowHeight}px`, height: `${rowHeight}px` };
            return (
              <Line key={row.id} row={row} index={index} style={place} active={index === activeIndex} page={page} view={view} />
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface LineProps {
  row: Row;
  index: number;
  style: { top: string; height: string };
  active: boolean;
  page: TracePage;
  view: View;
}

function Line({ row, index, style, active, page, view }: LineProps): JSX.Element {
  const below = hasBelow(row, view.logs.value);
  const open = below && !view.collapsed.value.has(row.id);
  const failed = row.item.kind === "span" && row.item.node.span.error;
  const chosen = view.active.value === row.id;
  return (
    <div
      role="row"
      class={`span ${row.item.kind} ${failed ? "error" : ""} ${chosen ? "chosen" : ""}`}
      style={style}
      tabIndex={active ? 0 : -1}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      {...(below ? { "aria-expanded": open } : {})}
      onClick={() => view.choose(row.id)}
    >
      <div role="gridcell" class="name" style={{ "--depth": Math.min(row.level - 1, 16) }}>
        <span
          class={below ? "twist" : "twist leaf"}
          aria-hidden="true"
          onClick={(event) => {
            if (!below) return;
            event.stopPropagation();
            view.toggle(row.id, !open);
          }}
        >
          {below ? (open ? "▾" : "▸") : ""}
        </span>
        {row.item.kind === "span" ? <SpanName row={row} open={open} below={below} /> : <LogName row={row} />}
      </div>
      <div role="gridcell" class="num took">
        {row.item.kind === "span" ? ms(row.item.node.span.duration_ns / 1e6) : `+${ms(row.item.offsetNs / 1e6)}`}
      </div>
      <div role="gridcell" class="line">
        <Bar row={row} whole={page.duration_ns} />
      </div>
    </div>
  );
}

function SpanName({ row, open, below }: { row: Row; open: boolean; below: boolean }): JSX.Element | null {
  if (row.item.kind !== "span") return null;
  const { span, errorsBelow, spansBelow } = row.item.node;
  return (
    <>
      <i class={`chip hue${hue(span.service)}`} aria-hidden="true" />
      <b>{span.service}</b>
      <span class="resource" title={span.resource}>
        {span.resource}
      </span>
      {span.error && <span class="flag bad-text">▲<span class="word"> error</span></span>}
      {below && !open && (
        <span class="flag muted">
          {errorsBelow > 0 && <span class="bad-text">▲ {plural(errorsBelow, "error")} in </span>}
          {spansBelow > 0 && `${plural(spansBelow, "span")} hidden`}
        </span>
      )}
    </>
  );
}

function LogName({ row }: { row: Row }): JSX.Element | null {
  if (row.item.kind !== "log") return null;
  const { log } = row.item;
  return (
    <>
      <span class={`level ${log.level}`}>{log.level}</span>
      <span class="message" title={`${clock(log.at, true)} ${log.service}`}>
        {log.message}
      </span>
    </>
  );
}

function Bar({ row, whole }: { row: Row; whole: number }): JSX.Element {
  const share = (ns: number): number => (whole > 0 ? Math.min(Math.max((ns / whole) * 100, 0), 100) : 0);
  if (row.item.kind === "log") {
    return <i class={`tick ${row.item.log.level}`} style={{ left: `${share(row.item.offsetNs)}%` }} />;
  }
  const { span } = row.item.node;
  const left = share(span.start_offset_ns);
  const width = Math.min(share(span.duration_ns), 100 - left);
  return <i class={`bar hue${hue(span.service)}`} style={{ left: `${left}%`, width: `max(2px, ${width}%)` }} />;
}
