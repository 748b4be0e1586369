"""The recorder that reports: one trace per run, and the series that journeys' SLOs are made of."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sightline_telemetry import telemetry as sending
from sightline_telemetry import traffic
from sightline_telemetry.settings import from_env
from sightline_telemetry.signals import JOURNEY_DURATION, JOURNEY_RUNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from sightline_telemetry.telemetry import Telemetry

SERVICE = "journeys"
TOKEN_LIFE_S = 600


@dataclass(frozen=True, slots=True)
class TelemetryRecorder:
    """Reports through `telemetry`; `location` is where the browser stands."""

    telemetry: Telemetry
    location: str

    def span(self, name: str, attributes: Mapping[str, str]) -> AbstractContextManager[object]:
        """Open a span in the tracer of the process."""
        return self.telemetry.tracing.span(name, attributes=dict(attributes))

    def headers(self) -> dict[str, str]:
        """Return W3C and Datadog headers, and a traffic token where the key is known."""
        carrier: dict[str, str] = {}
        self.telemetry.tracing.inject(carrier)
        key = self.telemetry.settings.traffic_key
        if key:
            carrier[traffic.HEADER] = traffic.mint("synthetic", key, int(time.time()) + TOKEN_LIFE_S)
        return carrier

    def trace_id(self) -> str | None:
        """Return the current span's trace."""
        ids = sending.current_ids()
        return ids.trace_id if ids else None

    def failed(self, error: BaseException) -> None:
        """Mark the current span."""
        current = self.telemetry.tracing.current()
        if current is not None:
            current.record_error(error)

    def ran(self, journey: str, *, passed: bool, duration_s: float) -> None:
        """Count the run and its duration."""
        attributes = {
            "journey": journey,
            "outcome": "passed" if passed else "failed",
            "location": self.location,
            "traffic": "synthetic",
        }
        self.telemetry.metrics.count(JOURNEY_RUNS.name, 1, attributes)
        self.telemetry.metrics.distribution(JOURNEY_DURATION.name, duration_s, attributes)


@contextmanager
def recording(environ: Mapping[str, str], *, location: str) -> Iterator[TelemetryRecorder]:
    """Report as the SIGHTLINE_* variables say (mode, addresses, key) until the block ends; then send what is left."""
    settings = from_env(SERVICE, environ)
    # Our standard output is the command's answer: nobody's log line may stand in it.
    telemetry = sending.start(replace(settings, log_file=settings.log_file or os.devnull))
    try:
        yield TelemetryRecorder(telemetry, location)
    finally:
        telemetry.shutdown()
