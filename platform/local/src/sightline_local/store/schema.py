"""The tables.

No ART index anywhere: rows arrive in order of time, so zone maps find a time range, and a scan of one integer column
finds a trace among millions of spans in milliseconds. Slices are append-only parts of a value: a value is the sum of
its rows, so an addition never reads. Only a replacement deletes.
"""

VERSION = 1

TABLES = """
CREATE TABLE IF NOT EXISTS spans (
    trace_lo UBIGINT, trace_hi UBIGINT, span_id UBIGINT, parent_id UBIGINT,
    service VARCHAR, name VARCHAR, resource VARCHAR, type VARCHAR, kind VARCHAR,
    start_ns BIGINT, duration_ns BIGINT, error BOOLEAN, entry BOOLEAN, status_code USMALLINT,
    route VARCHAR, traffic VARCHAR, fault VARCHAR, env VARCHAR, version VARCHAR, source VARCHAR, tags VARCHAR
);
CREATE TABLE IF NOT EXISTS logs (
    at_ns BIGINT, service VARCHAR, level VARCHAR, message VARCHAR,
    trace_lo UBIGINT, trace_hi UBIGINT, span_id UBIGINT, env VARCHAR, attributes VARCHAR
);
CREATE TABLE IF NOT EXISTS series (id UINTEGER, name VARCHAR, kind VARCHAR, tags VARCHAR[]);
CREATE TABLE IF NOT EXISTS counts (series UINTEGER, ts UINTEGER, value DOUBLE, pinned BOOLEAN);
CREATE TABLE IF NOT EXISTS gauges (series UINTEGER, ts UINTEGER, value DOUBLE, seq UBIGINT);
CREATE TABLE IF NOT EXISTS samples (
    series UINTEGER, ts UINTEGER, n DOUBLE, total DOUBLE, low DOUBLE, high DOUBLE
);
CREATE TABLE IF NOT EXISTS bins (series UINTEGER, ts UINTEGER, low DOUBLE, high DOUBLE, n DOUBLE);
CREATE TABLE IF NOT EXISTS cumulatives (
    key VARCHAR, start_ns UBIGINT, last_ns UBIGINT, value DOUBLE, counts DOUBLE[], seen UINTEGER
);
CREATE TABLE IF NOT EXISTS operations (
    service VARCHAR, name VARCHAR, resource VARCHAR, status_code USMALLINT, env VARCHAR, version VARCHAR,
    traffic VARCHAR, hits UINTEGER, errors UINTEGER, duration UINTEGER, latency UINTEGER
);
CREATE TABLE IF NOT EXISTS offsets (path VARCHAR, identity VARCHAR, position UBIGINT);
CREATE TABLE IF NOT EXISTS facts (key VARCHAR, value VARCHAR);
"""

SPAN_COLUMNS = (
    "trace_lo",
    "trace_hi",
    "span_id",
    "parent_id",
    "service",
    "name",
    "resource",
    "type",
    "kind",
    "start_ns",
    "duration_ns",
    "error",
    "entry",
    "status_code",
    "route",
    "traffic",
    "fault",
    "env",
    "version",
    "source",
    "tags",
)
LOG_COLUMNS = ("at_ns", "service", "level", "message", "trace_lo", "trace_hi", "span_id", "env", "attributes")
