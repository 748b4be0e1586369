"""The windows of burn-rate alerts: data with a citation, one file a period."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from sightline_slo.model import Severity


@dataclass(frozen=True, slots=True)
class Window:
    """One pair of windows.

    Args:
        name: `fast`, `medium` or `slow`.
        severity: who is woken.
        long: the long window as the backend spells it.
        short: the short window.
        burn_rate: the threshold, in multiples of the pace that uses the budget up exactly over the period.
        budget_percent: how much of the period's budget is gone when it alerts, at that very pace.
    """

    name: str
    severity: Severity
    long: str
    short: str
    burn_rate: float
    budget_percent: float


@dataclass(frozen=True, slots=True)
class Table:
    """The windows for one period, and who says so."""

    period: str
    source: str
    windows: tuple[Window, ...]


@cache
def table(period: str) -> Table | None:
    """Return the table for a period; None where there is none."""
    return tables().get(period)


@cache
def tables() -> dict[str, Table]:
    """Return every table by its period."""
    found = {}
    for file in sorted(files(__name__).iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            data = yaml.safe_load(file.read_text(encoding="utf-8"))
            windows = tuple(Window(**{**each, "severity": Severity(each["severity"])}) for each in data["windows"])
            found[data["period"]] = Table(data["period"], data["source"], windows)
    return found
