import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { LOCAL } from "../data/api.ts";
import { ms, percent, plural } from "../data/format.ts";
import { useLive } from "../data/live.ts";
import { link } from "../data/router.ts";
import type { TracePage as Page } from "../data/types.ts";
import { hue, Loaded, Time, Waiting } from "../ui/parts.tsx";
import { Heading } from "../ui/shell.tsx";
import { Detail } from "../trace/detail.tsx";
import { type Tree, grow, searchText, shares } from "../trace/tree.ts";
import { View } from "../trace/view.ts";
import { Waterfall } from "../trace/waterfall.tsx";

const YOUNG_MS = 120_000;

/** A trace is complete some time after its end; until then spans of it may be on their way. */
function again(page: Page | null): number {
  if (page === null) return 10_000;
  const end = Number(BigInt(page.start_ns) / 1000000n) + page.duration_ns / 1e6;
  return Date.now() - end < YOUNG_MS ? 10_000 : 0;
}

export function TracePage({ id }: { id: string }): JSX.Element {
  const live = useLive<Page>(`trace ${id}`, () => `${LOCAL}/traces/${encodeURIComponent(id)}`, again);
  const shown = useRef<Page | null>(null);
  const tick = useSignal(0);
  void tick.value;
  // Late spans wait: rows that appear above the one that is read would push it away.
  if (live.data && shown.current?.trace_id !== live.data.trace_id) shown.current = live.data;
  const page = shown.current;
  const late = live.data && page ? live.data.spans.length + live.data.logs.length - page.spans.length - page.logs.length : 0;
  const root = page?.spans[0];
  return (
    <>
      <Heading title={root ? root.resource : "Trace"} crumb={["Traces", "#/traces"]}>
        {page && (
          <a class="button" href={link(["logs"], { trace_id: page.trace_id })}>
            {plural(page.logs.length, "log line")}
          </a>
        )}
      </Heading>
      <Waiting
        count={Math.max(late, 0)}
        release={() => {
          shown.current = live.data;
          tick.value += 1;
        }}
      />
      <Loaded live={live}>{() => page && <Whole key={page.trace_id} page={page} />}</Loaded>
    </>
  );
}

function Whole({ page }: { page: Page }): JSX.Element {
  const tree = useMemo(() => grow(page), [page]);
  const view = useMemo(() => new View(), []);
  const active = useComputed(() => view.active.value).value;
  const row = active === null ? undefined : view.rows(tree).find((each) => each.id === active);
  return (
    <>
      <Summary page={page} tree={tree} />
      <Toolbar tree={tree} view={view} logs={page.logs.length} />
      <div class={row ? "split" : ""}>
        <Waterfall page={page} tree={tree} view={view} />
        {row && <Detail item={row.item} page={page} />}
      </div>
    </>
  );
}

function Summary({ page, tree }: { page: Page; tree: Tree }): JSX.Element {
  const parts = shares(tree);
  return (
    <div class="headline trace">
      <dl>
        <div>
          <dt>Started</dt>
          <dd>
            <Time at={Number(BigInt(page.start_ns) / 1000000n)} ms />
          </dd>
        </div>
        <div>
          <dt>Took</dt>
          <dd>{ms(page.duration_ns / 1e6)}</dd>
        </div>
        <div>
          <dt>Spans</dt>
          <dd>{page.spans.length.toLocaleString("en-US")}</dd>
        </div>
        <div>
          <dt>Errors</dt>
          <dd class={tree.errors.length ? "bad-text" : ""}>{tree.errors.length.toLocaleString("en-US")}</dd>
        </div>
        <div class="grow">
          <dt>Trace id</dt>
          <dd class="mono">{page.trace_id}</dd>
        </div>
      </dl>
      <div class="shares">
        <div class="strip" aria-hidden="true">
          {parts.map(([name, share]) => (
            <i key={name} class={`hue${hue(name)}`} style={{ width: `${share * 100}%` }} />
          ))}
        </div>
        <ul aria-label="Time by service">
          {parts.map(([name, share]) => (
            <li key={name}>
              <i class={`chip hue${hue(name)}`} aria-hidden="true" />
              <span>{name}</span> <b>{percent(share * 100, share < 0.1 ? 1 : 0)}</b>
            </li>
          ))}
        </ul>
      </div>
      {page.missing_parents.length > 0 && (
        <p class="notice">
          ! {plural(page.missing_parents.length, "parent span")} never arrived; their children stand at the top of the tree.
        </p>
      )}
    </div>
  );
}

function Toolbar({ tree, view, logs }: { tree: Tree; view: View; logs: number }): JSX.Element {
  const wanted = useSignal("");
  const hits = useComputed(() => {
    const text = wanted.value.trim().toLowerCase();
    return text ? tree.ordered.filter((node) => searchText(node.span).includes(text)).map((node) => node.id) : [];
  }).value;
  const next = (step: 1 | -1): void => {
    const at = hits.indexOf(view.active.value ?? "");
    const found = hits.at((at + step) % hits.length);
    if (found) view.reveal(tree, found);
  };
  return (
    <div class="toolbar" role="group" aria-label="The waterfall">
      <button type="button" disabled={tree.errors.length === 0} onClick={() => view.error(tree, -1)}>
        ↑ Previous error
      </button>
      <button type="button" disabled={tree.errors.length === 0} onClick={() => view.error(tree, 1)}>
        ↓ Next error
      </button>
      <button type="button" onClick={() => view.expandAll()}>
        Expand all
      </button>
      <button type="button" onClick={() => view.collapseAll(tree)}>
        Collapse all
      </button>
      <label class="check">
        <input
          type="checkbox"
          checked={view.logs.value}
          disabled={logs === 0}
          onChange={(event) => {
            view.logs.value = event.currentTarget.checked;
          }}
        />
        Log lines
      </label>
      <input
        type="search"
        aria-label="Find a span"
        placeholder="Find in spans and attributes"
        value={wanted.value}
        onInput={(event) => {
          wanted.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && hits.length > 0) next(event.shiftKey ? -1 : 1);
        }}
      />
      {wanted.value.trim() !== "" && (
        <span class="muted" role="status">
          {plural(hits.length, "span")} {hits.length > 0 && "– Enter goes to the next"}
        </span>
      )}
    </div>
  );
}
