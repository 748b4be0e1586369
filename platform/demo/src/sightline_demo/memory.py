"""What the run costs in memory, by the only measure that adds up: PSS.

RSS counts a page shared by ten processes ten times. PSS (`/proc/<pid>/smaps_rollup`) gives each a tenth of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HOW = "PSS of every process of the run, from /proc/<pid>/smaps_rollup, under load; the browser aside"


@dataclass(frozen=True, slots=True)
class Row:
    """One part of the run: how many processes it has and what they weigh together."""

    name: str
    processes: int
    pss_mb: float


def table(roots: Mapping[str, int | None], extra: Iterable[int] = ()) -> list[Row]:
    """Weigh each root process with all its descendants; empty where the kernel does not say (macOS).

    Args:
        roots: process id by name.
        extra: processes of the run that descend from no root; those not yet weighed make one row.
    """
    rows = []
    seen: set[int] = set()
    for name, pid in roots.items():
        pids = _family(pid) - seen if pid else set()
        seen |= pids
        rows.append(_row(name, pids))
    others = set(extra) - seen
    if others:
        rows.append(_row("others", others))
    return [row for row in rows if row.processes]


def table_of_one(name: str, pid: int) -> list[Row]:
    """Weigh one process without its descendants."""
    return [row for row in [_row(name, {pid})] if row.processes]


def total_mb(rows: Iterable[Row]) -> float:
    """Add up a table."""
    return sum(row.pss_mb for row in rows)


def _row(name: str, pids: set[int]) -> Row:
    weights = [weight for weight in (_pss_kb(pid) for pid in pids) if weight is not None]
    return Row(name, len(weights), round(sum(weights) / 1024, 1))


def _family(pid: int) -> set[int]:
    try:
        process = psutil.Process(pid)
        return {pid, *(child.pid for child in process.children(recursive=True))}
    except psutil.Error:
        return set()


def _pss_kb(pid: int) -> int | None:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return None
    for line in text.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return None
