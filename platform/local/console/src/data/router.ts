// Addresses after the `#`: the backend serves one page, and a link can be shared all the same.
import { signal } from "@preact/signals";
import { withQuery } from "./api.ts";
import type { Evidence } from "./types.ts";

export interface Place {
  path: string[];
  query: URLSearchParams;
}

type Query = Record<string, string | number | boolean | null | undefined>;

function read(): Place {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  return { path: path.split("/").filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const place = signal<Place>(read());
window.addEventListener("hashchange", () => {
  place.value = read();
});

export function link(path: string[], query: Query = {}): string {
  return withQuery("#/" + path.map(encodeURIComponent).join("/"), query);
}

/** Change some of the query, keep the rest; with `replace` no step back leads to what was before. */
export function setQuery(changes: Query, replace = false): void {
  const query = Object.fromEntries(place.value.query);
  const made = link(place.value.path, { ...query, ...changes });
  if (made === location.hash) return;
  if (replace) history.replaceState(null, "", made);
  else history.pushState(null, "", made);
  place.value = read();
}

export function tracesOf(evidence: Evidence): string {
  return link(["traces"], { ...evidence });
}
