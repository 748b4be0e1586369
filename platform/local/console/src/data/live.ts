// Asking again and again: what was last answered stays on the page while a new answer is under way or fails.
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { AskError, ask } from "./api.ts";
import { paused, refreshed } from "./settings.ts";

export interface Live<T> {
  data: T | null;
  error: AskError | null;
  /** Whether `data` belongs to an earlier question (another filter), or the last answer was an error. */
  stale: boolean;
  at: number;
}

const EVERY_MS = 5000;
const SLOWEST_MS = 30_000;

/**
 * Ask `path()` now and every few seconds while the page is looked at. `key` says when it is another question;
 * `path` is computed at each asking, so that a window can end at that moment. `everyMs` may depend on the answer:
 * with 0 it is final.
 */
export function useLive<T>(
  key: string,
  path: () => string,
  everyMs: number | ((data: T | null) => number) = EVERY_MS,
): Live<T> {
  const state = useSignal<Live<T> & { key: string }>({ data: null, error: null, stale: true, at: 0, key });
  const latest = useRef(path);
  latest.current = path;
  useEffect(() => {
    let timer = 0;
    let failures = 0;
    let stopped = false;
    let running: AbortController | null = null;
    state.value = { ...state.value, stale: true, error: null };

    async function look(): Promise<void> {
      running?.abort();
      const mine = new AbortController();
      running = mine;
      try {
        const data = await ask<T>(latest.current(), mine.signal);
        if (stopped || mine.signal.aborted) return;
        failures = 0;
        state.value = { data, error: null, stale: false, at: Date.now(), key };
        refreshed.value = Date.now();
      } catch (error) {
        if (stopped || mine.signal.aborted) return;
        failures += 1;
        const told = error instanceof AskError ? error : new AskError(0, String(error));
        // Another question's answer must not pass for this one's.
        const gone = (told.status >= 400 && told.status < 500) || state.value.key !== key;
        state.value = { key, at: state.value.at, data: gone ? null : state.value.data, error: told, stale: true };
      }
      const wait = typeof everyMs === "number" ? everyMs : everyMs(state.value.data);
      if (wait > 0) timer = window.setTimeout(next, Math.max(wait, Math.min(wait * 2 ** failures, SLOWEST_MS)));
    }
    function next(): void {
      if (document.hidden || paused.value) timer = window.setTimeout(next, 1000);
      else void look();
    }
    void look();
    return () => {
      stopped = true;
      running?.abort();
      window.clearTimeout(timer);
    };
  }, [key]);
  const found = useComputed(() => state.value).value;
  // The first drawing after a change of the question comes before the asking: what is there answers the old one.
  return found.key === key ? found : { ...found, stale: true };
}

/**
 * Show a growing list without moving it under the reader's eyes: new rows wait while they scroll, type or have a row
 * open. Returns what to show, how many rows wait, and how to let them in.
 */
export function useHeld<T>(
  key: string,
  rows: T[] | null,
  identity: (row: T) => string | number,
): { rows: T[] | null; waiting: number; release: () => void } {
  const shown = useRef<{ key: string; rows: T[] | null }>({ key, rows: null });
  const tick = useSignal(0);
  void tick.value;
  const last = shown.current;
  if (last.key !== key || last.rows === null || !reading()) shown.current = { key, rows };
  const held = shown.current.rows;
  const known = new Set(held?.map(identity));
  return {
    rows: held,
    waiting: held && rows ? rows.filter((row) => !known.has(identity(row))).length : 0,
    release: () => {
      shown.current = { key, rows };
      window.scrollTo({ top: 0 });
      tick.value += 1;
    },
  };
}

function reading(): boolean {
  const focused = document.activeElement;
  const selected = window.getSelection()?.toString() !== "";
  return window.scrollY > 60 || selected || !!focused?.closest("[data-rows]") || !!document.querySelector("[data-open]");
}
