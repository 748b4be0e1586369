// What the reader has opened, chosen and looks for on one trace, and the steps between.
import { type Signal, batch, signal } from "@preact/signals";
import { place, setQuery } from "../data/router.ts";
import { type Row, type Tree, above, hasBelow, nextError, rowsOf } from "./tree.ts";

export class View {
  readonly collapsed: Signal<ReadonlySet<string>> = signal(new Set<string>());
  readonly logs = signal(true);
  readonly active: Signal<string | null>;
  /** Raised when the active row must be brought into sight and take the focus. */
  readonly moved = signal(0);

  constructor() {
    this.active = signal(place.peek().query.get("span"));
  }

  rows(tree: Tree): Row[] {
    return rowsOf(tree, { collapsed: this.collapsed.value, logs: this.logs.value });
  }

  choose(id: string): void {
    batch(() => {
      this.active.value = id;
      this.moved.value += 1;
    });
    setQuery({ span: id.startsWith("log-") ? null : id }, true);
  }

  toggle(id: string, open: boolean): void {
    const next = new Set(this.collapsed.value);
    if (open) next.delete(id);
    else next.add(id);
    this.collapsed.value = next;
  }

  /** Open what hides a span, and go there. */
  reveal(tree: Tree, id: string): void {
    const node = tree.nodes.get(id);
    if (!node) return;
    const hiding = new Set(above(node));
    this.collapsed.value = new Set([...this.collapsed.value].filter((each) => !hiding.has(each)));
    this.choose(id);
  }

  error(tree: Tree, step: 1 | -1): void {
    const found = nextError(tree, this.anchor(tree), step);
    if (found) this.reveal(tree, found.id);
  }

  /** The active span; for an active log line, the span it belongs to. */
  private anchor(tree: Tree): string | null {
    const id = this.active.value;
    if (id === null || tree.nodes.has(id)) return id;
    return this.rows(tree).find((row) => row.id === id)?.parent?.id ?? null;
  }

  collapseAll(tree: Tree): void {
    this.collapsed.value = new Set(tree.ordered.filter((node) => node.items.length > 0).map((node) => node.id));
    const first = tree.ordered[0];
    if (first) this.choose(first.id);
  }

  expandAll(): void {
    this.collapsed.value = new Set();
  }

  /** Answer a key on the tree; returns whether it meant anything. */
  key(event: KeyboardEvent, tree: Tree, rows: Row[], page: number): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const index = Math.max(0, rows.findIndex((row) => row.id === this.active.value));
    const row = rows[index];
    if (!row) return false;
    const go = (to: number): void => {
      const found = rows[Math.min(Math.max(to, 0), rows.length - 1)];
      if (found) this.choose(found.id);
    };
    const below = hasBelow(row, this.logs.value);
    const open = below && !this.collapsed.value.has(row.id);
    const steps: Record<string, () => void> = {
      ArrowDown: () => go(index + 1),
      ArrowUp: () => go(index - 1),
      PageDown: () => go(index + page),
      PageUp: () => go(index - page),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => (below && !open ? this.toggle(row.id, true) : open && go(index + 1)),
      ArrowLeft: () => (open ? this.toggle(row.id, false) : row.parent && this.choose(row.parent.id)),
      Enter: () => below && this.toggle(row.id, !open),
      " ": () => below && this.toggle(row.id, !open),
      n: () => this.error(tree, 1),
      p: () => this.error(tree, -1),
    };
    const step = steps[event.key];
    step?.();
    return step !== undefined;
  }
}
