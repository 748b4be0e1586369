"""Histories in a Parquet file, with the columns of a CSV file; DuckDB reads it, an SLO at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError
from sightline_slo.backtesting.history import from_columns
from sightline_slo.backtesting.sources.csv_file import columns

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_slo.backtesting.history import History
    from sightline_slo.model import Backend, Slo


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
        where = "WHERE slo = $key" if "slo" in at else ""
        self._keyed = "slo" in at
        self._sql = f"SELECT {time} AS s, {bad} AS b, CAST(total AS DOUBLE) AS t FROM read_parquet($path) {where}"  # noqa: S608 - our own words

    def history(self, slo: Slo, backend: Backend) -> History | None:
        """Return the rows of an SLO on a grid."""
        del backend
        values = {"path": str(self._path)} | ({"key": slo.key} if self._keyed else {})
        try:
            found = self._connection.execute(self._sql, values).fetchnumpy()
            return from_columns(found["s"], found["b"], found["t"]) if len(found["s"]) else None
        except (self._error, ValueError) as error:
            raise SightlineError("this is no history", where=f"{self._path}, {slo.key}", why=str(error)) from error
