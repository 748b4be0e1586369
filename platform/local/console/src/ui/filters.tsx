// Filters live in the address: a search can be shared, and Back undoes it.
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { place, setQuery } from "../data/router.ts";

export function Filters({ children, label }: { children: ComponentChildren; label: string }): JSX.Element {
  return (
    <form class="filters" role="search" aria-label={label} onSubmit={(event) => event.preventDefault()}>
      {children}
    </form>
  );
}

export function Choice(props: { name: string; label: string; options: [string, string][] }): JSX.Element {
  const value = place.value.query.get(props.name) ?? "";
  const options = props.options.some(([each]) => each === value) ? props.options : [...props.options, [value, value]];
  return (
    <label>
      <span>{props.label}</span>
      <select value={value} onChange={(event) => setQuery({ [props.name]: event.currentTarget.value })}>
        {options.map(([each, shown]) => (
          <option key={each} value={each}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A text that is looked for a moment after the last key, or at once with Enter. */
export function TextFilter(props: {
  name: string;
  label: string;
  placeholder: string;
  wide?: boolean;
  number?: boolean;
}): JSX.Element {
  const set = place.value.query.get(props.name) ?? "";
  const typed = useSignal(set);
  useEffect(() => {
    typed.value = set;
  }, [set]);
  useEffect(() => {
    if (typed.value === set) return undefined;
    const timer = window.setTimeout(() => setQuery({ [props.name]: typed.value.trim() }, true), 350);
    return () => window.clearTimeout(timer);
  }, [typed.value]);
  return (
    <label class={props.wide ? "wide" : ""}>
      <span>{props.label}</span>
      <input
        type="search"
        inputMode={props.number ? "decimal" : "text"}
        value={typed.value}
        placeholder={props.placeholder}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") setQuery({ [props.name]: typed.value.trim() });
        }}
      />
    </label>
  );
}
