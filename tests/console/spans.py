"""Spans as the world thinks of them, before any protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MS = 1_000_000


@dataclass(slots=True)
class Span:
    """One span; `vendor` ones are sent as ddtrace sends them, the others by OTLP."""

    trace: int
    id: int
    parent: int
    service: str
    name: str
    resource: str
    start: int
    duration: int
    kind: str = "internal"
    error: bool = False
    vendor: bool = False
    tags: dict[str, Any] = field(default_factory=dict)


class Trace:
    """Writes the spans of one trace: each call adds one and returns it, times in milliseconds from the start."""

    def __init__(
        self, trace: int, start_ns: int, traffic: str = "customer", vendors: frozenset[str] = frozenset()
    ) -> None:
        self.id = trace
        self.spans: list[Span] = []
        self._start = start_ns
        self._traffic = traffic
        self._vendors = vendors

    def add(self, parent: Span | None, service: str, resource: str, at: float, ms: float, **tags: Any) -> Span:
        """Add a span; `kind`, `name` and `error` are its own, the rest are its tags (`__` stands for a dot)."""
        kind, name, error = tags.pop("kind", "internal"), tags.pop("name", ""), tags.pop("error", False)
        named = {key.replace("__", "."): value for key, value in tags.items()}
        if kind in {"server", "consumer"}:
            named.setdefault("sightline.traffic", self._traffic)
        made = Span(
            self.id,
            (self.id * 1_000_003 + len(self.spans) + 1) % (2**63),
            parent.id if parent else 0,
            service,
            name or ("flask.request" if kind == "server" else resource.split(" ", 1)[0].lower()),
            resource,
            self._start + int(at * MS),
            int(ms * MS),
            kind,
            error,
            service in self._vendors,
            named,
        )
        self.spans.append(made)
        return made

    def serve(
        self, parent: Span | None, service: str, at: tuple[str, int], start: float, ms: float, **tags: Any
    ) -> Span:
        """Add the span of an HTTP request that a service answered; `at` is its route and its status."""
        route, status = at
        method, path = route.split(" ", 1)
        http = {"http__request__method": method, "http__route": path, "http__response__status_code": status}
        return self.add(parent, service, route, start, ms, kind="server", error=status >= 500, **http, **tags)
