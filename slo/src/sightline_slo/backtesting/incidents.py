"""What really was wrong: a list of incidents to judge alerts by."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError
from sightline_slo.backtesting.moments import moment

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that should have paged, in Unix seconds."""

    start: int
    end: int
    name: str = ""


def read(path: Path) -> list[Incident]:
    """Read a CSV with the columns `start`, `end` and, if there, `name`; times are Unix seconds or ISO 8601.

    Raises:
        SightlineError: the file cannot be read, or a line is no incident.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError) as error:
        raise SightlineError("the incidents cannot be read", where=str(path), why=str(error)) from error
    found = []
    for number, row in enumerate(rows, 2):
        try:
            start, end = int(moment(row["start"] or "")), int(moment(row["end"] or ""))
        except (KeyError, ValueError) as error:
            why = f"no column {error}" if isinstance(error, KeyError) else str(error)
            raise SightlineError(
                "a line is no incident", where=f"{path}:{number}", why=why, help="columns start,end,name"
            ) from error
        if end < start:
            raise SightlineError("an incident ends before it begins", where=f"{path}:{number}")
        found.append(Incident(start, end, row.get("name") or ""))
    return found
