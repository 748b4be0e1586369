// Small pieces that every page is made of.
import type { ComponentChildren, JSX } from "preact";
import type { AskError } from "../data/api.ts";
import { full, moment } from "../data/format.ts";
import type { Live } from "../data/live.ts";
import type { SloState, State } from "../data/types.ts";

type Tone = "ok" | "warn" | "bad" | "none" | "odd";

const STATES: Record<State | SloState, [Tone, string, string]> = {
  OK: ["ok", "OK", "✓"],
  WARN: ["warn", "Warn", "!"],
  ALERT: ["bad", "Alert", "▲"],
  "NO DATA": ["none", "No data", "○"],
  "NOT EVALUATED": ["odd", "Not evaluated", "?"],
  ok: ["ok", "Met", "✓"],
  warning: ["warn", "At risk", "!"],
  breached: ["bad", "Breached", "▲"],
  no_data: ["none", "No data", "○"],
};

/** A state in colour, sign and word: colour alone says nothing to many. */
export function Badge({ state, text }: { state: State | SloState; text?: string }): JSX.Element {
  const [tone, word, sign] = STATES[state];
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{sign}</span> {text ?? word}
    </span>
  );
}

export function Time({ at, ms = false }: { at: number | null; ms?: boolean }): JSX.Element {
  if (at === null) return <span class="muted">–</span>;
  return (
    <time dateTime={full(at)} title={full(at)}>
      {moment(at, ms)}
    </time>
  );
}

/** A service's name with its colour, the same on every page. */
export function ServiceName({ name }: { name: string }): JSX.Element {
  return (
    <span class="service">
      <i class={`hue${hue(name)}`} aria-hidden="true" />
      <span>{name}</span>
    </span>
  );
}

const HUES = 10;
const MOST_KEPT = 60;
const hues = new Map<string, number>(keptHues());

function keptHues(): [string, number][] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem("hues") ?? "[]");
    if (!Array.isArray(found)) return [];
    return found.filter((each): each is [string, number] => typeof each?.[0] === "string" && Number.isInteger(each?.[1]));
  } catch {
    return [];
  }
}

/** A name's colour: its own wherever it stands, and nobody else's while there are enough. */
export function hue(name: string): number {
  const known = hues.get(name);
  if (known !== undefined) return known;
  let hash = 2166136261;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 16777619);
  // The low bits of this hash cluster; its high ones are spread.
  let chosen = ((hash >>> 0) >>> 7) % HUES;
  const taken = new Set(hues.values());
  while (hues.size < HUES && taken.has(chosen)) chosen = (chosen + 1) % HUES;
  hues.set(name, chosen);
  try {
    localStorage.setItem("hues", JSON.stringify([...hues].filter(([each]) => each.length < 80).slice(0, MOST_KEPT)));
  } catch {
    // Without storage the colours last as long as the page.
  }
  return chosen;
}

export function Panel(props: {
  title?: ComponentChildren;
  aside?: ComponentChildren;
  children: ComponentChildren;
  class?: string;
}): JSX.Element {
  return (
    <section class={`panel ${props.class ?? ""}`}>
      {(props.title || props.aside) && (
        <header>
          {props.title && <h2>{props.title}</h2>}
          {props.aside && <div class="aside">{props.aside}</div>}
        </header>
      )}
      {props.children}
    </section>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {children && <p>{children}</p>}
    </div>
  );
}

export function Failed({ error, stale }: { error: AskError; stale: boolean }): JSX.Element {
  return (
    <div class="failed" role="alert">
      <strong>{stale ? "These numbers are no longer new." : "This could not be read."}</strong> {error.message}
    </div>
  );
}

/** Show what was answered; or that it is awaited; or why there is nothing. */
export function Loaded<T>({ live, children }: { live: Live<T>; children: (data: T) => ComponentChildren }): JSX.Element {
  return (
    <>
      {live.error && <Failed error={live.error} stale={live.data !== null} />}
      {live.data !== null && <div class={live.stale && !live.error ? "stale" : ""}>{children(live.data)}</div>}
      {live.data === null && !live.error && (
        <div class="loading" role="status">
          <span class="hidden">Loading</span>
          <i />
          <i />
          <i />
        </div>
      )}
    </>
  );
}

/** A wide thing that scrolls by itself on a narrow screen, by keyboard too. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      {children}
    </div>
  );
}

export function Tags({ tags }: { tags: string[] }): JSX.Element {
  return (
    <ul class="tags">
      {tags.map((tag) => (
        <li key={tag}>{tag}</li>
      ))}
    </ul>
  );
}

export function Waiting({ count, release }: { count: number; release: () => void }): JSX.Element | null {
  if (count === 0) return null;
  return (
    <button type="button" class="waiting" onClick={release}>
      ↑ {count} newer
    </button>
  );
}

/** A line of small bars: how something went, at a glance. Its numbers stand beside it. */
export function Spark({ values }: { values: number[] }): JSX.Element {
  const most = Math.max(1, ...values);
  const width = 100 / Math.max(values.length, 1);
  return (
    <svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
      {values.map((value, at) => {
        const height = value === 0 ? 0 : Math.max((value / most) * 23, 1.5);
        return <rect key={at} x={at * width} y={24 - height} width={width * 0.72} height={height} />;
      })}
    </svg>
  );
}

/** How much of something is left or used, from 0 to 100. */
export function Meter({ value, tone, label }: { value: number; tone: Tone; label: string }): JSX.Element {
  const shown = Math.min(Math.max(value, 0), 100);
  return (
    <span class={`meter ${tone}`} role="img" aria-label={label}>
      <i style={{ width: `${shown}%` }} />
    </span>
  );
}

export function budgetTone(left: number | null): Tone {
  if (left === null) return "none";
  return left <= 0 ? "bad" : left < 25 ? "warn" : "ok";
}

export function errorTone(share: number): string {
  return share === 0 ? "muted" : share < 0.01 ? "warn-text" : "bad-text";
}
