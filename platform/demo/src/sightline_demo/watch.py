"""Reads the backend's monitors and SLOs as the console shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sightline_demo.scene import Scene


PAGE_WINDOWS = ("1h", "5m")
"""The windows of the alert that pages for a hard outage: Datadog's own fastest pair."""


@dataclass(frozen=True, slots=True)
class Burn:
    """One burn-rate monitor's state: both windows against its threshold. A rate is None without data."""

    slo_id: str
    slo: str
    monitor_id: str
    monitor: str
    state: str
    threshold: float
    long_window: str
    long: float | None
    short_window: str
    short: float | None

    @property
    def pages_first(self) -> bool:
        """Whether it is the fast alert, the one that wakes somebody; the slower ones are for slower fires."""
        return (self.long_window, self.short_window) == PAGE_WINDOWS

    @property
    def heat(self) -> float:
        """How near it is to its threshold: 1 = there. Both windows must pass it, so the lower one counts."""
        if self.long is None or self.short is None or not self.threshold:
            return 0.0
        return min(self.long, self.short) / self.threshold

    def line(self) -> str:
        """Return one line for the terminal."""
        return (
            f"{self.slo}: {self.long_window} burns at {_rate(self.long)}, {self.short_window} at {_rate(self.short)}"
            f" (pages above {self.threshold:g})  {self.state}"
        )


def alerting(scene: Scene) -> list[dict[str, Any]]:
    """Return the monitors in ALERT."""
    found: list[dict[str, Any]] = scene.ask("/monitors")["monitors"]
    return [item for item in found if item["state"] == "ALERT"]


def burns(scene: Scene) -> list[Burn]:
    """Return every burn-rate monitor of every SLO, the hottest first."""
    found = []
    for row in scene.ask("/slos")["slos"]:
        detail = scene.ask(f"/slos/{row['id']}")
        found += [_burn(row, item) for item in detail.get("burn", [])]
    return sorted(found, key=lambda item: -item.heat)


def _burn(row: dict[str, Any], item: dict[str, Any]) -> Burn:
    long, short = item.get("long") or {}, item.get("short") or {}
    return Burn(
        slo_id=str(row["id"]),
        slo=row["name"],
        monitor_id=str(item["monitor_id"]),
        monitor=item["monitor_name"],
        state=item["state"],
        threshold=float(item["threshold"]),
        long_window=str(long.get("window", "long window")),
        long=_number(long.get("burn_rate")),
        short_window=str(short.get("window", "short window")),
        short=_number(short.get("burn_rate")),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _rate(value: float | None) -> str:
    return "no data" if value is None else f"{value:.1f}x"
