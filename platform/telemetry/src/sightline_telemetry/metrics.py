"""Counting and timing: `metrics.count("http.server.requests", 1, {...})`, checked against `signals.py`.

These live in the process's memory. What must survive it, the KPIs, goes by the outbox instead (`kpi.py`).
"""

from collections.abc import Mapping
from typing import Protocol

from .checks import Checker
from .signals import Instrument, InstrumentKind


class Meter(Protocol):
    """A receiver of checked values."""

    def emit(self, instrument: Instrument, value: float, attributes: Mapping[str, str]) -> None:
        """Take one value."""
        ...

    def flush(self, timeout_s: float) -> None:
        """Send what is held."""
        ...

    def shutdown(self, timeout_s: float) -> None:
        """Send what is held and stop."""
        ...


class Metrics:
    """The front of a meter: declared signals only."""

    def __init__(self, meter: Meter, checker: Checker) -> None:
        self._meter = meter
        self.checker = checker

    def count(self, name: str, value: int = 1, attributes: Mapping[str, str] | None = None) -> None:
        """Add to a declared counter. KPIs are refused here: they go by the outbox, after the commit."""
        self._emit(name, "counter", value, attributes or {})

    def distribution(self, name: str, value: float, attributes: Mapping[str, str] | None = None) -> None:
        """Record one value of a declared distribution."""
        self._emit(name, "distribution", value, attributes or {})

    def gauge(self, name: str, value: float, attributes: Mapping[str, str] | None = None) -> None:
        """Set a declared gauge."""
        self._emit(name, "gauge", value, attributes or {})

    def flush(self, timeout_s: float = 5.0) -> None:
        """Send what is held."""
        self._meter.flush(timeout_s)

    def shutdown(self, timeout_s: float = 5.0) -> None:
        """Send what is held and stop."""
        self._meter.shutdown(timeout_s)

    def _emit(self, name: str, kind: InstrumentKind, value: float, attributes: Mapping[str, str]) -> None:
        checked = self.checker.check(name, kind, value, attributes, kpi=False)
        if checked is not None:
            instrument, complete = checked
            self._meter.emit(instrument, value, complete)
