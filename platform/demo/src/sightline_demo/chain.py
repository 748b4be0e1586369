"""Follows an alert down: monitor, SLO, a failing trace of its window, the log lines of every service in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sightline_demo.scene import Scene

CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One log line of the trace."""

    service: str
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What an alert led to. `services` are those with a span in the trace."""

    monitor_id: str
    monitor: str
    slo_id: str
    slo: str
    trace_id: str
    fault: str
    services: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def silent(self) -> tuple[str, ...]:
        """The services of the trace without a log line in it."""
        speaking = {line.service for line in self.lines}
        return tuple(service for service in self.services if service not in speaking)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "monitor": {"id": self.monitor_id, "name": self.monitor},
            "slo": {"id": self.slo_id, "name": self.slo},
            "trace_id": self.trace_id,
            "fault": self.fault,
            "services": list(self.services),
            "logs": [{"service": each.service, "level": each.level, "message": each.message} for each in self.lines],
        }

    def drawing(self) -> list[str]:
        """Return the lines to print."""
        drawn = [
            f"monitor  {self.monitor}",
            f"  └ SLO    {self.slo}",
            f"    └ trace  {self.trace_id}  ({', '.join(self.services)})"
            + (f"  fault: {self.fault}" if self.fault else ""),
        ]
        for service in self.services:
            mine = [line for line in self.lines if line.service == service]
            drawn += [f"      └ {service:<11}{line.level:<8}{line.message}" for line in mine]
        return drawn


def follow(scene: Scene, monitor_id: str) -> Chain | None:
    """Follow one monitor; None while no failing trace of its window is stored."""
    detail = scene.ask(f"/monitors/{monitor_id}")
    monitor = detail["monitor"]
    slo_id = str(detail.get("slo_id") or "")
    slo = scene.ask(f"/slos/{slo_id}")["row"]["name"] if slo_id else ""
    query = {
        {"from": "from_"}.get(name, name): _plain(value)
        for name, value in (detail.get("evidence") or {}).items()
        if value is not None
    }
    query.setdefault("error", "true")
    query["limit"] = CANDIDATES
    found = scene.ask("/traces", **query)["traces"]
    # The trace that passed the most services tells the most.
    for each in sorted(found, key=lambda item: -len(item["services"])):
        trace = scene.ask(f"/traces/{each['trace_id']}")
        if trace["logs"]:
            return Chain(
                monitor_id=monitor_id,
                monitor=str(monitor.get("name", "")),
                slo_id=slo_id,
                slo=slo,
                trace_id=str(trace["trace_id"]),
                fault=str(each.get("fault") or ""),
                services=tuple(trace["services"]),
                lines=tuple(Line(log["service"], str(log["level"]), str(log["message"])) for log in trace["logs"]),
            )
    return None


def _plain(value: object) -> str | int:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, int | str) else str(value)
