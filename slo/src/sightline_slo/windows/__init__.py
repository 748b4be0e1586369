"""The windows of burn-rate alerts: data with a citation, one file a catalogue and period."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline_slo.durations import seconds
from sightline_slo.model import Severity, Window
from sightline_slo.swift import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Table:
    """The windows for one period, and who says so."""

    catalogue: str
    period_s: int
    source: str
    windows: tuple[Window, ...]


Catalogue = dict[int, Table]
"""Tables by their period in seconds."""

DATADOG, GOOGLE = "datadog", "google"


@cache
def catalogues() -> Mapping[str, Catalogue]:
    """Return every catalogue by its name."""
    found: dict[str, Catalogue] = {}
    for file in sorted(Path(__file__).parent.glob("*.yaml")):
        name = file.name.partition("-")[0]
        # In block style, which needs no parser of YAML: loading one takes longer than all of this.
        ((document,), _) = load(file.read_text(encoding="utf-8"), str(file))
        read = table(name, document.value)
        found.setdefault(name, {})[read.period_s] = read
    return found


@cache
def default() -> Catalogue:
    """Return what holds where nothing is chosen: Datadog's tables, which both backends take, then Google's."""
    return {**catalogues()[GOOGLE], **catalogues()[DATADOG]}


def table(name: str, data: Mapping[str, Any]) -> Table:
    """Read a table: of each pair of windows the budget's share, the burn rate, or both."""
    period_s = _seconds(data["period"])
    return Table(name, period_s, data["source"], tuple(_window(each, period_s) for each in data["windows"]))


def _window(data: Mapping[str, Any], period_s: int) -> Window:
    long_s, short_s = _seconds(data["long"]), _seconds(data["short"])
    pair = (long_s, short_s)
    return window(
        data["name"],
        Severity(data["severity"]),
        period_s,
        pair,
        burn_rate=data.get("burn_rate"),
        budget=data.get("budget"),
    )


def window(
    name: str,
    severity: Severity,
    period_s: int,
    pair: tuple[int, int],
    *,
    burn_rate: float | None = None,
    budget: float | None = None,
) -> Window:
    """Make a pair of windows of its burn rate, or of the share of the budget that it may use up."""
    long_s, short_s = pair
    if burn_rate is None:
        # 5 % of 28 days in 6 hours is 5.6000000000000005, which nobody means.
        burn_rate = round((budget or 0) / 100 * period_s / long_s, 10)
    if budget is None:
        budget = round(burn_rate * long_s / period_s * 100, 10)
    return Window(name, severity, long_s, short_s, float(burn_rate), float(budget))


def fastest(windows: Iterable[Window], severity: Severity) -> float:
    """Return the highest threshold of a severity, 0 where it has no windows."""
    return max((each.burn_rate for each in windows if each.severity is severity), default=0.0)


def _seconds(text: str) -> int:
    found = seconds(text)
    if found is None:
        raise ValueError(f"`{text}` is no duration")
    return found
