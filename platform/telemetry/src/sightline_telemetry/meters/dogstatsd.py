"""Mode `ddtrace`: the official DogStatsD client, buffered and aggregated on this side.

Both are off by default there and make a count cost a sixth.
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from datadog.dogstatsd.base import DogStatsd

from sightline_telemetry.settings import Settings
from sightline_telemetry.signals import Instrument


def address(url: str) -> dict[str, Any]:
    """`udp://host:port` or `unix:///path` as the client's keyword arguments."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return {"socket_path": parts.path}
    if parts.scheme == "udp" and parts.hostname:
        return {"host": parts.hostname, "port": parts.port or 8125}
    raise ValueError(f"`{url}` is neither `udp://host:port` nor `unix:///path`")


class Seldom(logging.Filter):
    """Lets one line through in `every_s` seconds: the client writes one for each datagram that nobody takes."""

    def __init__(self, every_s: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._every_s = every_s
        self._clock = clock
        self._next = float("-inf")
        self._held = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Hold the record back, or let it tell how many were."""
        if self._clock() < self._next:
            self._held += 1
            return False
        self._next = self._clock() + self._every_s
        if self._held:
            record.msg = f"{record.getMessage()} ({self._held} more such lines were held back)"
            record.args = ()
            self._held = 0
        return True


class DogstatsdMeter:
    """Counts, distributions and gauges as datagrams."""

    def __init__(self, settings: Settings) -> None:
        client_log = logging.getLogger("datadog.dogstatsd")
        if not any(isinstance(each, Seldom) for each in client_log.filters):
            client_log.addFilter(Seldom())
        self._client = DogStatsd(
            **address(settings.dogstatsd),
            disable_buffering=False,
            disable_aggregation=False,
            disable_telemetry=True,
        )
        # The client also reads DD_SERVICE, DD_ENV and DD_VERSION, which ddtrace needs set: given to its constructor,
        # ours would be on every line twice.
        self._client.constant_tags = [
            f"service:{settings.service}",
            f"env:{settings.env}",
            f"version:{settings.version}",
        ]

    def emit(self, instrument: Instrument, value: float, attributes: Mapping[str, str]) -> None:
        """Queue one value."""
        tags = [f"{key}:{text}" for key, text in attributes.items()]
        if instrument.kind == "counter":
            self._client.increment(instrument.datadog_name, value, tags=tags)
        elif instrument.kind == "distribution":
            self._client.distribution(instrument.datadog_name, round(value, 6), tags=tags)
        else:
            self._client.gauge(instrument.datadog_name, value, tags=tags)

    def flush(self, timeout_s: float) -> None:
        """Send what is queued."""
        del timeout_s  # datagrams do not wait
        self._client.flush_aggregated_metrics()
        self._client.flush_buffered_metrics()

    def shutdown(self, timeout_s: float) -> None:
        """Send what is queued and stop."""
        self.flush(timeout_s)
        self._client.stop(timeout_s)
