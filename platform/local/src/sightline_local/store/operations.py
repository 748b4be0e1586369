"""Trace metrics, as Datadog makes them: `trace.<operation>.hits`, `.errors`, `.duration` (seconds) and the latency.

They are added up in SQL from each batch of spans while it is written, so that they are complete (nothing was sampled
before) and outlive the spans. Counted are service entry spans; spans whose client sends its own statistics are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_local.store.columns import batch

if TYPE_CHECKING:
    from sightline_local.store.series import SeriesIndex

MAX_TAG = 200  # characters, as the vendor; a resource may be a whole statement
_KEYS = ("service", "name", "resource", "status_code", "env", "version", "traffic")
_SAME = " AND ".join(f"o.{key} IS NOT DISTINCT FROM i.{key}" for key in _KEYS)
# Integer arithmetic in nanoseconds gives the same three-digit grid as `bins.bin_of`: n / 1e9 is rounded correctly.
# DuckDB's `//` cuts towards zero, so the upper bound is not written as `-(-n // unit)`.
_UNIT = "greatest(1, CAST(10 ** (len(CAST(i.duration_ns AS VARCHAR)) - 3) AS BIGINT))"


def operation_tags(
    service: str,
    resource: str,
    status: int | None,
    *,
    env: str | None,
    version: str | None,
    traffic: str | None = None,
) -> tuple[str, ...]:
    """Return the tags of an operation's series, sorted."""
    pairs = {
        "service": service,
        "resource_name": resource,
        "http.status_code": status or None,
        "env": env,
        "version": version,
        "traffic": traffic,
    }
    return tuple(sorted(f"{key}:{value}"[:MAX_TAG] for key, value in pairs.items() if value))


class OperationWriter:
    """Turns the registered view `measured_in` (`columns.MEASURED`) into slices."""

    def __init__(self, index: SeriesIndex) -> None:
        self._index = index

    def write(self, cursor: Any) -> None:
        """Add the batch's spans to their operations' series."""
        missing = cursor.execute(
            f"SELECT DISTINCT {', '.join('i.' + key for key in _KEYS)} FROM measured_in i "  # noqa: S608 - our own names
            f"WHERE NOT EXISTS (SELECT 1 FROM operations o WHERE {_SAME})"
        ).fetchall()
        rows = []
        for service, name, resource, status, env, version, traffic in missing:
            tags = operation_tags(service, resource, status, env=env, version=version, traffic=traffic)
            ids = (
                self._index.intern(f"trace.{name}.hits", "count", tags),
                self._index.intern(f"trace.{name}.errors", "count", tags),
                self._index.intern(f"trace.{name}.duration", "count", tags),
                self._index.intern(f"trace.{name}", "distribution", tags),
            )
            if None not in ids:
                rows.append((service, name, resource, status, env, version, traffic, *ids))
        if rows:
            names = (*_KEYS, "hits", "errors", "duration", "latency")
            cursor.register("new_operations", batch(names, [list(column) for column in zip(*rows, strict=True)]))
            cursor.execute(f"INSERT INTO operations SELECT {', '.join(names)} FROM new_operations")  # noqa: S608 - our own names
            cursor.unregister("new_operations")
        cursor.execute(
            "CREATE OR REPLACE TEMP TABLE measured_now AS "  # noqa: S608 - our own names
            "SELECT o.hits, o.errors, o.duration, o.latency, "
            "CAST((i.start_ns + i.duration_ns) // 10000000000 * 10 AS UINTEGER) AS ts, i.error, i.duration_ns, "
            f"{_UNIT} AS unit FROM measured_in i JOIN operations o ON {_SAME}"
        )
        cursor.execute(
            "INSERT INTO counts SELECT series, ts, value, false FROM ("
            "SELECT unnest([hits, errors, duration]) AS series, ts, "
            "unnest([count(*), count_if(error), sum(duration_ns) / 1e9]) AS value "
            "FROM measured_now GROUP BY hits, errors, duration, ts) WHERE value <> 0"
        )
        cursor.execute(
            "INSERT INTO samples SELECT latency, ts, count(*), sum(duration_ns) / 1e9, min(duration_ns) / 1e9, "
            "max(duration_ns) / 1e9 FROM measured_now GROUP BY ALL"
        )
        cursor.execute(
            "INSERT INTO bins SELECT latency, ts, low, high, count(*) FROM ("
            "SELECT latency, ts, duration_ns // unit * unit / 1e9 AS low, "
            "(duration_ns + unit - 1) // unit * unit / 1e9 AS high FROM measured_now) GROUP BY ALL"
        )
