"""Histories in a CSV file: columns `time`, `total`, `bad` or `good` and, for several SLOs, `slo`."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np

from sightline_core.errors import SightlineError
from sightline_slo.backtesting.history import from_columns
from sightline_slo.backtesting.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sightline_slo.backtesting.history import History
    from sightline_slo.model import Backend, Slo

HELP = "columns: time, total, bad (or good) and, for several SLOs, slo"
_ANY = ""


class CsvFile:
    """The file, read once. Without a column `slo` it is the history of whichever SLO is asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        rows: dict[str, list[tuple[float, float, float]]] = {}
        try:
            with path.open(encoding="utf-8-sig", newline="") as handle:
                for key, row in self._rows(handle):
                    rows.setdefault(key, []).append(row)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise SightlineError("the history cannot be read", where=str(path), why=str(error)) from error
        if not rows:
            raise SightlineError("the history holds no row", where=str(path))
        self._tables = {key: np.array(each, dtype=np.float64) for key, each in rows.items()}

    def history(self, slo: Slo, backend: Backend) -> History | None:
        """Return the rows of an SLO on a grid."""
        del backend
        table = self._tables.get(slo.key, self._tables.get(_ANY))
        if table is None:
            return None
        try:
            return from_columns(table[:, 0], table[:, 1], table[:, 2])
        except ValueError as error:
            raise SightlineError("this is no history", where=f"{self._path}, {slo.key}", why=str(error)) from error

    def _rows(self, lines: Iterator[str]) -> Iterator[tuple[str, tuple[float, float, float]]]:
        reader = csv.reader(lines)
        names = [name.strip() for name in next(reader, [])]
        at = columns(str(self._path), names)
        bad, slo = at.get("bad"), at.get("slo")
        for row in filter(None, reader):
            try:
                second, total = moment(row[at["time"]]), float(row[at["total"]])
                failed = float(row[bad]) if bad is not None else total - float(row[at["good"]])
                yield row[slo] if slo is not None else _ANY, (second, failed, total)
            except (ValueError, IndexError) as error:
                where = f"{self._path}:{reader.line_num}"
                raise SightlineError("a line cannot be read", where=where, why=str(error), help=HELP) from error


def columns(where: str, names: Sequence[str]) -> dict[str, int]:
    """Return where the known columns stand.

    Raises:
        SightlineError: one is missing.
    """
    at = {name: index for index, name in enumerate(names)}
    missing = [name for name in ("time", "total") if name not in at]
    if "bad" not in at and "good" not in at:
        missing.append("bad")
    if missing:
        raise SightlineError(f"the history has no column {' and no column '.join(missing)}", where=where, help=HELP)
    return at
