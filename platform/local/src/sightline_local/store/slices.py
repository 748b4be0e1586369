"""Writing metric values: one transaction's part, called by the writer with its cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_local.store.columns import batch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sightline_local.store.metrics import Key, Pending
    from sightline_local.store.series import SeriesRow

_REMEMBERED = 100_000
_BETWEEN = "\x1e\x1f"  # stands in no tag


class SliceWriter:
    """Writes pending values. Remembers what was set last: the same bucket is said again and again until it is over."""

    def __init__(self, clock: Callable[[], float], sequence: int) -> None:
        self._clock = clock
        self._sequence = sequence
        self._known: dict[Key, float] = {}

    def save_series(self, cursor: Any, rows: Sequence[SeriesRow]) -> None:
        """Write new series."""
        if rows:
            # As one batch: row by row, a flood of new resources would hold up the writer for seconds.
            columns: list[list[Any]] = [
                [row.id for row in rows],
                [row.name for row in rows],
                [row.kind for row in rows],
                [_BETWEEN.join(row.tags) for row in rows],
            ]
            _insert(cursor, "new_series", ("id", "name", "kind", "tags"), columns)
            cursor.execute(
                "INSERT INTO series SELECT id, name, kind, "
                "CASE WHEN tags = '' THEN [] ELSE string_split(tags, ?) END FROM new_series",
                (_BETWEEN,),
            )
            cursor.unregister("new_series")

    def write(self, cursor: Any, pending: Pending) -> None:
        """Write the values; `committed` afterwards, once they are safe."""
        changed = {key: value for key, value in pending.sets.items() if self._known.get(key) != value}
        if changed:
            _insert(cursor, "changed", ("series", "ts", "value", "pinned"), _points(changed, pinned=True))
            cursor.execute(
                "DELETE FROM counts WHERE ts BETWEEN ? AND ? AND (series, ts) IN (SELECT (series, ts) FROM changed)",
                (min(ts for _, ts in changed), max(ts for _, ts in changed)),
            )
            cursor.execute("INSERT INTO counts SELECT series, ts, value, pinned FROM changed")
            cursor.unregister("changed")
        if pending.adds:
            _append(cursor, "counts", ("series", "ts", "value", "pinned"), _points(pending.adds, pinned=False))
        if pending.gauges:
            self._sequence += 1
            keys = list(pending.gauges)
            columns: list[list[Any]] = [
                [key[0] for key in keys],
                [key[1] for key in keys],
                list(pending.gauges.values()),
            ]
            _append(cursor, "gauges", ("series", "ts", "value", "seq"), [*columns, [self._sequence] * len(keys)])
        if pending.samples:
            rows = [(*key, *summary) for key, summary in pending.samples.items()]
            _append(
                cursor,
                "samples",
                ("series", "ts", "n", "total", "low", "high"),
                [list(c) for c in zip(*rows, strict=True)],
            )
            spread = [(*key, low, high, n) for key, bins in pending.bins.items() for (low, high), n in bins.items()]
            _append(cursor, "bins", ("series", "ts", "low", "high", "n"), [list(c) for c in zip(*spread, strict=True)])
        if pending.totals:
            self._save_totals(cursor, pending)

    def committed(self, pending: Pending) -> None:
        """Remember what is now on disk."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        self._known.update(pending.sets)
        for key in pending.adds:
            self._known.pop(key, None)

    def _save_totals(self, cursor: Any, pending: Pending) -> None:
        seen = int(self._clock())
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS said AS FROM cumulatives LIMIT 0")
        cursor.execute("DELETE FROM said")
        cursor.executemany(
            "INSERT INTO said VALUES (?, ?, ?, ?, ?, ?)",
            [
                (key, start, at_ns, value, list(counts), seen)
                for (key, start), (at_ns, value, counts) in pending.totals.items()
            ],
        )
        cursor.execute("DELETE FROM cumulatives WHERE (key, start_ns) IN (SELECT (key, start_ns) FROM said)")
        cursor.execute("INSERT INTO cumulatives FROM said")


def _points(values: dict[Key, float], *, pinned: bool) -> list[list[Any]]:
    return [
        [series for series, _ in values],
        [ts for _, ts in values],
        list(values.values()),
        [pinned] * len(values),
    ]


def _insert(cursor: Any, view: str, names: Sequence[str], columns: list[list[Any]]) -> None:
    cursor.register(view, batch(names, columns))


def _append(cursor: Any, table: str, names: Sequence[str], columns: list[list[Any]]) -> None:
    _insert(cursor, "incoming", names, columns)
    cursor.execute(f"INSERT INTO {table} SELECT {', '.join(names)} FROM incoming")  # noqa: S608 - our own names
    cursor.unregister("incoming")
