"""Honest numbers, by protocol: what came, what is stored, what was dropped and what was refused."""

from __future__ import annotations

from dataclasses import asdict, dataclass

PROTOCOLS = (
    "ddtrace.v0.5",
    "ddtrace.v0.4",
    "ddtrace.stats",
    "otlp.traces",
    "otlp.metrics",
    "otlp.logs",
    "dogstatsd.udp",
    "dogstatsd.uds",
    "datadog.logs",
    "datadog.series",
    "tail.logs",
)


@dataclass(slots=True)
class Counter:
    """Items (spans, points, records, lines) of one protocol.

    `received` = `stored` + `dropped` + `rejected`. Dropped: the store was full; the sender was told, or could not be.
    Rejected: not understood; a whole body that cannot be read counts as one.
    """

    received: int = 0
    stored: int = 0
    dropped: int = 0
    rejected: int = 0

    def settle(self, items: int, *, taken: bool, rejected: int = 0) -> None:
        """Count `items` that the store took or did not, and `rejected` ones besides."""
        self.received += items + rejected
        self.rejected += rejected
        if taken:
            self.stored += items
        else:
            self.dropped += items


class Counters:
    """All protocols."""

    def __init__(self) -> None:
        self._by_name = {name: Counter() for name in PROTOCOLS}

    def __getitem__(self, protocol: str) -> Counter:
        return self._by_name[protocol]

    def snapshot(self) -> dict[str, dict[str, int]]:
        """Return all of them as plain values."""
        return {name: asdict(counter) for name, counter in self._by_name.items()}
