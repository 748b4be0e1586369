// The span of time that a page shows: a window that ends now, or two fixed moments.

export const WINDOWS: [number, string][] = [
  [900, "15 min"],
  [3600, "1 h"],
  [21600, "6 h"],
  [86400, "24 h"],
];

export interface Range {
  window: number;
  from: number | null;
  to: number | null;
}

export function rangeOf(query: URLSearchParams, usual: number): Range {
  const number = (name: string): number | null => {
    const value = Number(query.get(name) ?? "");
    return Number.isFinite(value) && value > 0 ? Math.floor(value) : null;
  };
  const from = number("from");
  const to = number("to");
  return { window: number("window") ?? usual, from: from && to ? from : null, to: from && to ? to : null };
}

/** Return the moments in milliseconds, a moving window ending now. */
export function moments(range: Range): { from: number; to: number } {
  if (range.from !== null && range.to !== null) return { from: range.from, to: range.to };
  const to = Date.now();
  return { from: to - range.window * 1000, to };
}
