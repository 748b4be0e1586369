import type { JSX } from "preact";
import { moment } from "../data/format.ts";
import { type Range, WINDOWS } from "../data/range.ts";
import { setQuery } from "../data/router.ts";

/** Choose how far back a page looks; two fixed moments, as an alert's link sets them, can be let go of. */
export function RangePicker({ range }: { range: Range }): JSX.Element {
  const fixed = range.from !== null && range.to !== null;
  return (
    <div class="range" role="group" aria-label="Time window">
      {fixed && (
        <span class="chosen">
          {moment(range.from)} – {moment(range.to)}
        </span>
      )}
      {WINDOWS.map(([seconds, label]) => (
        <button
          key={seconds}
          type="button"
          aria-pressed={!fixed && range.window === seconds}
          onClick={() => setQuery({ window: seconds, from: null, to: null })}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
