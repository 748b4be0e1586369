"""Histories in a Parquet file, with the columns of a CSV file; DuckDB reads it, some SLOs at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sightline_core.errors import SightlineError
from sightline_slo.backtesting.history import from_columns
from sightline_slo.backtesting.sources.csv_file import columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sightline_slo.backtesting.history import History
    from sightline_slo.model import Backend, Slo


ROWS = 2_000_000
"""Of one scan: about so many are in memory at once."""


class ParquetFile:
    """The file. A `time` is Unix seconds, or a timestamp, which counts as UTC where it has no zone."""

    def __init__(self, path: Path) -> None:
        try:
            import duckdb
        except ImportError as error:
            help_text = "install the extra sightline-slo[parquet]"
            raise SightlineError("Parquet files are read by DuckDB", where=str(path), help=help_text) from error
        self._path = path
        self._error: type[Exception] = duckdb.Error
        self._connection = duckdb.connect()
        try:
            table = self._connection.from_parquet(str(path))
            names, kinds = list(table.columns), [str(each) for each in table.types]
        except (duckdb.Error, OSError) as error:
            raise SightlineError("the history cannot be read", where=str(path), why=str(error)) from error
        at = columns(str(path), names)
        stamped = kinds[at["time"]].startswith(("TIMESTAMP", "DATE"))
        time = "epoch(time)" if stamped else "CAST(time AS DOUBLE)"
        bad = "CAST(bad AS DOUBLE)" if "bad" in at else "CAST(total AS DOUBLE) - CAST(good AS DOUBLE)"
        self._keyed = "slo" in at
        self._columns = f"{time} AS s, {bad} AS b, CAST(total AS DOUBLE) AS t"
        self._expected: list[str] = []
        self._read: dict[str, History | ValueError | None] = {}

    def expect(self, slos: Sequence[Slo]) -> None:
        """Read those that are asked for next together: each scan goes through the file, whatever it looks for."""
        self._expected = list(dict.fromkeys(each.key for each in slos))

    def history(self, slo: Slo, backend: Backend) -> History | None:
        """Return the rows of an SLO on a grid."""
        del backend
        key = slo.key if self._keyed else ""
        try:
            if key not in self._read:
                self._read = dict.fromkeys(self._next(key)) | dict(self._histories(self._next(key)))
            found = self._read[key]
            if isinstance(found, ValueError):
                raise found
        except (self._error, ValueError) as error:
            raise SightlineError("this is no history", where=f"{self._path}, {slo.key}", why=str(error)) from error
        return found

    def _next(self, key: str) -> list[str]:
        if key not in self._expected:
            return [key]
        (rows,) = self._connection.execute("SELECT count(*) FROM read_parquet($path)", self._source).fetchone() or (0,)
        at = self._expected.index(key)
        return self._expected[at : at + max(1, ROWS * len(self._expected) // max(rows, 1))]

    @property
    def _source(self) -> dict[str, Any]:
        return {"path": str(self._path)}

    def _histories(self, keys: Sequence[str]) -> Iterator[tuple[str, History | ValueError]]:
        """Give those there are in one scan, and what is wrong with those that are none."""
        sql = f"SELECT {self._columns} FROM read_parquet($path)"  # noqa: S608 - our own words
        values = self._source
        if self._keyed:
            # Of texts there would be an object a row.
            numbers = ", ".join(f"($k{index}, {index})" for index in range(len(keys)))
            wanted = ", ".join(f"$k{index}" for index in range(len(keys)))
            sql = (
                f"SELECT k, {self._columns} FROM read_parquet($path) JOIN (VALUES {numbers}) x(slo, k) USING (slo) "  # noqa: S608 - as above
                f"WHERE slo IN ({wanted})"
            )
            values |= {f"k{index}": key for index, key in enumerate(keys)}
        found = self._connection.execute(sql, values).fetchnumpy()
        numbered = found["k"] if self._keyed else np.zeros(len(found["s"]), dtype=np.int32)
        order = np.argsort(numbered, kind="stable")
        ends = np.searchsorted(numbered, np.arange(len(keys) + 1), sorter=order)
        for index, key in enumerate(keys):
            rows = order[ends[index] : ends[index + 1]]
            if not len(rows):
                continue
            try:
                yield key, from_columns(found["s"][rows], found["b"][rows], found["t"][rows])
            except ValueError as error:
                yield key, error
