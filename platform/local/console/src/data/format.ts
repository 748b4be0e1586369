// Numbers, durations and times as people read them. What is not known is a dash, never a zero.

export const NONE = "–";
const units: [number, string][] = [
  [1e9, "G"],
  [1e6, "M"],
  [1e4, "k"],
];

export function count(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  for (const [size, unit] of units) {
    if (Math.abs(value) >= size) return trim(value / (unit === "k" ? 1e3 : size), 1) + unit;
  }
  return Number.isInteger(value) ? value.toLocaleString("en-US") : trim(value, Math.abs(value) < 1 ? 3 : 2);
}

/** An exact number, with separators. */
export function exact(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

function trim(value: number, digits: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

export function percent(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  // A real minus, and a space that keeps the sign with its number.
  return `${trim(value, digits).replace("-", "−")}\u00a0%`;
}

/** A share of one as a percentage; what is there but tiny is not shown as nothing. */
export function ratio(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  if (value > 0 && value < 0.0001) return "< 0.01 %";
  return percent(value * 100);
}

export function ms(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  if (value === 0) return "0 ms";
  if (value < 0) return `−${ms(-value)}`;
  if (value < 0.9995) return `${trim(value * 1000, value < 0.01 ? 1 : 0)} µs`;
  if (value < 10) return `${trim(value, 2)} ms`;
  if (value < 1000) return `${trim(value, value < 100 ? 1 : 0)} ms`;
  if (value < 60_000) return `${trim(value / 1000, 2)} s`;
  return `${trim(value / 60_000, 1)} min`;
}

export function rate(value: number): string {
  if (value === 0) return "0";
  return value < 0.01 ? "< 0.01" : trim(value, value < 10 ? 2 : 0);
}

const pad = (value: number, size = 2): string => String(value).padStart(size, "0");

export function clock(atMs: number, withMs = false): string {
  const at = new Date(atMs);
  const text = `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
  return withMs ? `${text}.${pad(at.getMilliseconds(), 3)}` : text;
}

/** A moment: the time today, with the date when it is another day. */
export function moment(atMs: number | null, withMs = false): string {
  if (atMs === null) return NONE;
  const at = new Date(atMs);
  const time = clock(atMs, withMs);
  return at.toDateString() === new Date().toDateString() ? time : `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short" })} ${time}`;
}

export function full(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function ago(atMs: number | null): string {
  if (atMs === null) return NONE;
  const seconds = Math.max(0, Math.round((Date.now() - atMs) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86400)} d`;
}

export function plural(value: number, one: string, many = one + "s"): string {
  return `${exact(value)} ${value === 1 ? one : many}`;
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}
