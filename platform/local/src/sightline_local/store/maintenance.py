"""Keeping the store small: retention, and slices added up once nobody changes them any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sightline_local.store.retention import Retention

PERIOD_S = 60
_SETTLED_S = 3600


def prune(cursor: Any, retention: Retention, now: float) -> None:
    """Delete what is past its time."""
    cursor.execute("DELETE FROM spans WHERE start_ns < ?", (int((now - retention.spans_s) * 1e9),))
    cursor.execute("DELETE FROM logs WHERE at_ns < ?", (int((now - retention.logs_s) * 1e9),))
    oldest = max(int(now - retention.slices_s), 0)
    for table in ("counts", "gauges", "samples", "bins"):
        cursor.execute(f"DELETE FROM {table} WHERE ts < ?", (oldest,))  # noqa: S608 - our own names
    cursor.execute("DELETE FROM cumulatives WHERE seen < ?", (oldest,))


def compact(cursor: Any, retention: Retention, now: float) -> None:
    """Add up the parts of settled values, and ten seconds to minutes once they are old.

    A value that was set with its own timestamp keeps it: it may be set again.
    """
    settled = int((now - _SETTLED_S) // 3600) * 3600
    coarse = int((now - retention.fine_s) // 3600) * 3600
    done = cursor.execute("SELECT key, CAST(value AS BIGINT) FROM facts WHERE key LIKE 'compacted%'").fetchall()
    marks = dict(done)
    cursor.execute("BEGIN")
    try:
        _merge(cursor, marks.get("compacted.fine", 0), settled, 1)
        _merge(cursor, marks.get("compacted.coarse", 0), coarse, 60)
        for key, value in (("compacted.fine", settled), ("compacted.coarse", coarse)):
            cursor.execute("DELETE FROM facts WHERE key = ?", (key,))
            cursor.execute("INSERT INTO facts VALUES (?, ?)", (key, str(value)))
        cursor.execute("COMMIT")
    except BaseException:
        cursor.execute("ROLLBACK")
        raise


def _merge(cursor: Any, start: int, end: int, width: int) -> None:
    if end <= start:
        return
    window = "ts >= ? AND ts < ?"
    moment = f"CAST(ts // {width} * {width} AS UINTEGER)"
    for table, where, columns in (
        ("counts", f"{window} AND NOT pinned", f"series, {moment} AS ts, sum(value) AS value, false AS pinned"),
        (
            "samples",
            window,
            f"series, {moment} AS ts, sum(n) AS n, sum(total) AS total, min(low) AS low, max(high) AS high",
        ),
        ("bins", window, f"series, {moment} AS ts, low, high, sum(n) AS n"),
        ("gauges", window, f"series, {moment} AS ts, arg_max(value, (ts, seq)) AS value, max(seq) AS seq"),
    ):
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE merged AS SELECT {columns} FROM {table} WHERE {where} "  # noqa: S608 - our own names
            "GROUP BY ALL ORDER BY series, ts",
            (start, end),
        )
        cursor.execute(f"DELETE FROM {table} WHERE {where}", (start, end))  # noqa: S608 - our own names
        cursor.execute(f"INSERT INTO {table} FROM merged")
    cursor.execute("DROP TABLE merged")
