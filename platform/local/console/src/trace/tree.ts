// A trace as a tree of spans with the log lines among them. Everything is iterative: a trace may be a chain of
// ten thousand spans, and what was sent may be wrong (lost parents, circles).
import type { LogRow, Span, TracePage } from "../data/types.ts";

export interface Node {
  id: string;
  span: Span;
  parent: Node | null;
  /** Spans and log lines below it, by time. */
  items: Item[];
  /** Failed spans below it, itself not counted. */
  errorsBelow: number;
  spansBelow: number;
  selfNs: number;
}

export type Item = { kind: "span"; node: Node } | { kind: "log"; log: LogRow; id: string; offsetNs: number };

export interface Tree {
  roots: Item[];
  nodes: Map<string, Node>;
  /** In the order of rows. */
  errors: Node[];
  ordered: Node[];
}

export interface Row {
  item: Item;
  id: string;
  parent: Node | null;
  level: number;
  position: number;
  siblings: number;
}

const offsetOf = (item: Item): number => (item.kind === "span" ? item.node.span.start_offset_ns : item.offsetNs);

export function grow(page: TracePage): Tree {
  const nodes = new Map<string, Node>();
  for (const span of page.spans) {
    const node = { id: span.span_id, span, parent: null, items: [], errorsBelow: 0, spansBelow: 0, selfNs: 0 };
    nodes.set(span.span_id, node);
  }
  const roots: Item[] = [];
  for (const node of nodes.values()) {
    const parent = node.span.parent_id === null ? undefined : nodes.get(node.span.parent_id);
    if (parent && !isUnder(parent, node)) {
      node.parent = parent;
      parent.items.push({ kind: "span", node });
    } else {
      roots.push({ kind: "span", node });
    }
  }
  const start = BigInt(page.start_ns);
  page.logs.forEach((log, index) => {
    const item: Item = { kind: "log", log, id: `log-${index}`, offsetNs: Number(BigInt(log.at_ns) - start) };
    const owner = log.span_id === null ? undefined : nodes.get(log.span_id);
    (owner?.items ?? roots).push(item);
  });
  const byTime = (one: Item, other: Item): number => offsetOf(one) - offsetOf(other);
  roots.sort(byTime);
  for (const node of nodes.values()) node.items.sort(byTime);
  const ordered = preorder(roots);
  for (const node of ordered.toReversed()) {
    node.selfNs = selfTime(node);
    if (!node.parent) continue;
    node.parent.errorsBelow += node.errorsBelow + (node.span.error ? 1 : 0);
    node.parent.spansBelow += node.spansBelow + 1;
  }
  return { roots, nodes, ordered, errors: ordered.filter((node) => node.span.error) };
}

/** Whether `node` is above `parent` already: hanging it below would close a circle. */
function isUnder(parent: Node, node: Node): boolean {
  // Only a span that already has children can be above another.
  if (parent === node) return true;
  if (node.items.length === 0) return false;
  for (let above: Node | null = parent; above; above = above.parent) if (above === node) return true;
  return false;
}

function preorder(roots: Item[]): Node[] {
  const found: Node[] = [];
  const left = roots.toReversed();
  for (let item = left.pop(); item; item = left.pop()) {
    if (item.kind === "log") continue;
    found.push(item.node);
    for (let at = item.node.items.length - 1; at >= 0; at -= 1) left.push(item.node.items[at] as Item);
  }
  return found;
}

/** How long a span ran with none of its children running. */
function selfTime(node: Node): number {
  const { start_offset_ns: start, duration_ns: length } = node.span;
  let covered = 0;
  let reached = start;
  for (const item of node.items) {
    if (item.kind === "log") continue;
    const from = Math.max(item.node.span.start_offset_ns, reached);
    const to = Math.min(item.node.span.start_offset_ns + item.node.span.duration_ns, start + length);
    if (to <= from) continue;
    covered += to - from;
    reached = to;
  }
  return length - covered;
}

export interface Shown {
  collapsed: ReadonlySet<string>;
  logs: boolean;
}

export function rowsOf(tree: Tree, shown: Shown): Row[] {
  const rows: Row[] = [];
  const visible = (items: Item[]): Item[] => (shown.logs ? items : items.filter((item) => item.kind === "span"));
  const left: Row[] = [];
  const push = (items: Item[], parent: Node | null, level: number): void => {
    const among = visible(items);
    for (let at = among.length - 1; at >= 0; at -= 1) {
      const item = among[at] as Item;
      const id = item.kind === "span" ? item.node.id : item.id;
      left.push({ item, id, parent, level, position: at + 1, siblings: among.length });
    }
  };
  push(tree.roots, null, 1);
  for (let row = left.pop(); row; row = left.pop()) {
    rows.push(row);
    if (row.item.kind === "span" && !shown.collapsed.has(row.id)) push(row.item.node.items, row.item.node, row.level + 1);
  }
  return rows;
}

export function hasBelow(row: Row, logs: boolean): boolean {
  if (row.item.kind === "log") return false;
  return row.item.node.items.some((item) => logs || item.kind === "span");
}

/** The next failed span after (or before) a row, around the end. */
export function nextError(tree: Tree, from: string | null, step: 1 | -1): Node | null {
  if (tree.errors.length === 0) return null;
  const order = new Map(tree.ordered.map((node, at) => [node.id, at]));
  const at = from === null ? -1 : (order.get(from) ?? -1);
  const position = (node: Node): number => order.get(node.id) ?? 0;
  const found =
    step === 1
      ? tree.errors.find((node) => position(node) > at)
      : tree.errors.findLast((node) => position(node) < (at === -1 ? tree.ordered.length : at));
  return found ?? tree.errors.at(step === 1 ? 0 : -1) ?? null;
}

/** What must be open for a span to be seen. */
export function above(node: Node): string[] {
  const found: string[] = [];
  for (let each = node.parent; each; each = each.parent) found.push(each.id);
  return found;
}

/** Each service's share of the time that spans ran by themselves, most first. */
export function shares(tree: Tree): [string, number][] {
  const sums = new Map<string, number>();
  let all = 0;
  for (const node of tree.ordered) {
    sums.set(node.span.service, (sums.get(node.span.service) ?? 0) + node.selfNs);
    all += node.selfNs;
  }
  return [...sums].map(([name, ns]): [string, number] => [name, all ? ns / all : 0]).sort((one, other) => other[1] - one[1]);
}

export function searchText(span: Span): string {
  return `${span.service} ${span.name} ${span.resource} ${JSON.stringify(span.tags)}`.toLowerCase();
}
