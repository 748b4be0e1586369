// What stands around every page: where one is, where one can go, and whether what is shown can be trusted.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { LOCAL } from "../data/api.ts";
import { clock, count, exact } from "../data/format.ts";
import { useLive } from "../data/live.ts";
import { link, place } from "../data/router.ts";
import { paused, refreshed, theme } from "../data/settings.ts";
import type { Counter, Counters } from "../data/types.ts";

const PAGES: [string, string][] = [
  ["", "Overview"],
  ["slos", "SLOs"],
  ["monitors", "Monitors"],
  ["traces", "Traces"],
  ["logs", "Logs"],
  ["map", "Map"],
  ["events", "Events"],
  ["dashboards", "Dashboards"],
];

export function total(counters: Counters): Counter {
  const sum: Counter = { received: 0, stored: 0, dropped: 0, rejected: 0 };
  for (const each of Object.values(counters.protocols)) {
    for (const key of Object.keys(sum) as (keyof Counter)[]) sum[key] += each[key];
  }
  return sum;
}

export function Shell({ children }: { children: ComponentChildren }): JSX.Element {
  const first = place.value.path[0] ?? "";
  const here = first === "services" ? "" : first;
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={skip}>
        Skip to the page
      </a>
      <header class="bar">
        <a class="brand" href="#/">
          <img src="icon.svg" alt="" width="22" height="22" />
          Sightline
        </a>
        <nav aria-label="Pages">
          <ul>
            {PAGES.map(([path, label]) => (
              <li key={path}>
                <a href={link(path ? [path] : [])} aria-current={here === path ? "page" : undefined}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="controls">
          <Refreshing />
          <ThemeChoice />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <Intake />
    </div>
  );
}

function skip(event: Event): void {
  // The part after `#` is the router's; the jump is made by hand.
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Refreshing(): JSX.Element {
  return (
    <button
      type="button"
      class="quiet"
      aria-pressed={paused.value}
      title={paused.value ? "Go on refreshing" : "Hold the page as it is"}
      onClick={() => {
        paused.value = !paused.value;
      }}
    >
      <span class={paused.value ? "dot" : "dot live"} aria-hidden="true" />
      {paused.value ? "Paused" : "Live"}
      {refreshed.value > 0 && <span class="at"> {clock(refreshed.value)}</span>}
    </button>
  );
}

function ThemeChoice(): JSX.Element {
  const next = { system: "light", light: "dark", dark: "system" } as const;
  const signs = { system: "◐", light: "☀", dark: "☾" };
  return (
    <button
      type="button"
      class="quiet"
      aria-label={`Theme: ${theme.value}. Change to ${next[theme.value]}`}
      title={`Theme: ${theme.value}`}
      onClick={() => {
        theme.value = next[theme.value];
      }}
    >
      <span aria-hidden="true">{signs[theme.value]}</span>
    </button>
  );
}

/** How much was received, stored, dropped and refused since the start: on every page, so that a loss is seen. */
function Intake(): JSX.Element {
  const live = useLive<Counters>("counters", () => `${LOCAL}/counters`);
  const sum = live.data ? total(live.data) : null;
  return (
    <footer class="intake">
      <a href="#/intake">
        <span class="name">Intake</span>
        {sum && (
          <>
            <span title={exact(sum.received)}>{count(sum.received)} received</span>
            <span title={exact(sum.stored)}>{count(sum.stored)} stored</span>
            <span class={sum.dropped ? "bad-text" : ""}>{count(sum.dropped)} dropped</span>
            <span class={sum.rejected ? "warn-text" : ""}>{count(sum.rejected)} rejected</span>
          </>
        )}
      </a>
      {live.data && live.data.evaluator.failed > 0 && (
        <span class="bad-text">evaluator failed {count(live.data.evaluator.failed)} times</span>
      )}
      {live.error && <span class="bad-text">{live.error.message}</span>}
    </footer>
  );
}

/** Whether a page was shown before this one: the first takes no focus from the browser. */
let entered = false;

/** A page's heading; it takes the focus when another page is entered, so that a screen reader says where one is. */
export function Heading(props: { title: string; crumb?: [string, string]; children?: ComponentChildren }): JSX.Element {
  const element = useRef<HTMLHeadingElement>(null);
  const path = place.value.path.join("/");
  useLayoutEffect(() => {
    window.scrollTo(0, 0);
    if (entered) element.current?.focus({ preventScroll: true });
    entered = true;
  }, [path]);
  useEffect(() => {
    document.title = `${props.title} · Sightline`;
  }, [props.title]);
  return (
    <div class="heading">
      <div class="words">
        {props.crumb && (
          <a class="crumb" href={props.crumb[1]}>
            {props.crumb[0]} /
          </a>
        )}
        <h1 ref={element} tabIndex={-1}>
          {props.title}
        </h1>
      </div>
      {props.children && <div class="aside">{props.children}</div>}
    </div>
  );
}
