// The console's API as `sightline_local.web` and `sightline_local.reads` answer it.

export type State = "OK" | "WARN" | "ALERT" | "NO DATA" | "NOT EVALUATED";
export type SloState = "ok" | "warning" | "breached" | "no_data";

export interface Service {
  service: string;
  source: string[];
  requests: number;
  rate_per_s: number;
  errors: number;
  error_ratio: number;
  p50_ms: number;
  p95_ms: number;
  p99_ms: number;
  spark: number[];
}

export interface SloRow {
  id: string;
  name: string;
  target: number;
  timeframe: string;
  sli: number | null;
  budget_remaining: number | null;
  state: SloState;
  not_evaluated: string | null;
  tags: string[];
  alerting: string[];
}

export interface Overview {
  now: number;
  window_s: number;
  services: Service[];
  slos: SloRow[];
  monitors: Record<State, number>;
}

export interface Counter {
  received: number;
  stored: number;
  dropped: number;
  rejected: number;
}

export interface Counters {
  protocols: Record<string, Counter>;
  store: { lost: number; failed_writes: number; last_failure: string };
  evaluator: { runs: number; failed: number; last_ms: number; every_s: number; last_error: string };
}

/** What selects the traces behind an alert; `from` and `to` in milliseconds. */
export interface Evidence {
  from: number;
  to: number;
  service?: string;
  route?: string;
  traffic?: string;
  error?: boolean;
  min_ms?: number;
}

export interface BurnWindow {
  window: string;
  good: number | null;
  bad: number | null;
  total: number | null;
  error_ratio: number | null;
  burn_rate: number | null;
}

export interface Burn {
  monitor_id: number;
  monitor_name: string;
  query: string;
  threshold: number;
  target: number;
  budget: number;
  state: State;
  since: number | null;
  long: BurnWindow;
  short: BurnWindow;
}

export interface SloStatus {
  timeframe: string;
  target: number;
  good: number | null;
  total: number | null;
  sli: number | null;
  budget_remaining: number | null;
  state: SloState;
}

export interface SloPage {
  slo: { id: string; name: string; description?: string | null; tags: string[]; timeframe: string };
  row: SloRow;
  statuses: SloStatus[];
  burn: Burn[];
  series: { interval_s: number; points: [number, number | null, number | null][] };
  budget_series: [number, number][];
  evidence: Evidence | null;
}

export interface MonitorRow {
  id: number;
  name: string;
  type: string;
  query: string;
  state: State;
  since: number | null;
  reason: string;
  tags: string[];
  slo_id: string | null;
  message: string;
}

export interface Transition {
  at: number;
  from: State;
  to: State;
  reason: string;
  values: Record<string, unknown>;
  notified: boolean;
}

export interface MonitorPage {
  monitor: { id: number; name: string; type: string; query: string; message: string; tags: string[] };
  state: State;
  since: number | null;
  evaluation: { at: number | null; reason: string; values: Record<string, unknown> };
  transitions: Transition[];
  slo_id: string | null;
  slo_name: string | null;
  evidence: Evidence | null;
}

export interface TraceRow {
  trace_id: string;
  root_service: string;
  root_name: string;
  resource: string;
  start: number;
  duration_ms: number;
  spans: number;
  services: string[];
  error: boolean;
  status_code: number | null;
  fault: string | null;
}

export interface Span {
  span_id: string;
  parent_id: string | null;
  service: string;
  name: string;
  resource: string;
  type: string;
  kind: string;
  start_offset_ns: number;
  duration_ns: number;
  error: boolean;
  status_code: number | null;
  source: string;
  tags: Record<string, unknown>;
}

export interface LogRow {
  at: number;
  at_ns: string;
  service: string;
  level: string;
  message: string;
  trace_id: string | null;
  span_id: string | null;
  attributes: Record<string, unknown>;
}

export interface TracePage {
  trace_id: string;
  start_ns: string;
  duration_ns: number;
  services: string[];
  spans: Span[];
  logs: LogRow[];
  missing_parents: string[];
}

export interface LogsPage {
  logs: LogRow[];
  histogram: [number, number, number][];
  truncated: boolean;
}

export interface ServiceMap {
  nodes: { service: string; requests: number; errors: number }[];
  edges: { from: string; to: string; calls: number; errors: number; p95_ms: number }[];
}

export interface ServicePage {
  service: string;
  now: number;
  window_s: number;
  width_s: number;
  /** Second, requests, errors, p50, p95, p99 in milliseconds. */
  points: [number, number, number, number, number, number][];
  resources: { resource: string; requests: number; errors: number; p50_ms: number; p95_ms: number }[];
}

export interface EventRow {
  id: number;
  at: number;
  title: string;
  text: string;
  kind: string;
  monitor_id: string | null;
  state: State | null;
  tags: string[];
}

export interface MetricSeries {
  display_name: string;
  tag_set: string[];
  interval: number;
  pointlist: [number, number][];
}

export interface BoardRow {
  id: string;
  title: string;
  description: string | null;
  modified_at: string;
}

export interface BoardQuery {
  name?: string;
  query?: string;
  data_source?: string;
  aggregator?: string;
}

export interface BoardRequest {
  queries?: BoardQuery[];
  formulas?: { formula: string; alias?: string; limit?: { count?: number; order?: string } }[];
  display_type?: string;
  q?: string;
}

export interface Definition {
  type: string;
  title?: string;
  content?: string;
  slo_id?: string;
  precision?: number;
  custom_unit?: string;
  requests?: BoardRequest[];
  widgets?: Widget[];
}

export interface Widget {
  id: number;
  definition: Definition;
  layout?: { x: number; y: number; width: number; height: number };
}

export interface Board {
  id: string;
  title: string;
  description: string | null;
  template_variables: { name: string; prefix?: string | null; default?: string; defaults?: string[] }[] | null;
  widgets: Widget[];
}
