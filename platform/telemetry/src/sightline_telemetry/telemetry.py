"""The one object that a process reports through, and the module-level functions that services call."""

import atexit
import os
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import logs, middleware, scope, traffic
from .checks import Checker
from .http_client import HttpClient, TokenMint
from .ids import SpanIds
from .metrics import Meter, Metrics
from .settings import Mode, Settings, from_env
from .tracing import Attributes, AttributeValue, Kind, RemoteContext, SpanHandle, Tracing

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

    from .kpi import KpiRelay, KpiStore, Transport

CALL_TOKEN_S = 300
# A carrier may wait in an outbox or a stream while a consumer is down; its kind of traffic must survive that.
CARRIER_TOKEN_S = 7 * 24 * 3600


class Telemetry:
    """Tracer, meter, HTTP client and logs of one process, in one mode."""

    def __init__(self, settings: Settings, tracing: Tracing, meter: Meter) -> None:
        self.settings = settings
        self.tracing = tracing
        self.metrics = Metrics(meter, Checker(strict=settings.strict_signals))
        self.http = HttpClient(tracing, TokenMint(settings.traffic_key, scope.traffic, time.time, CALL_TOKEN_S))
        self.carrier_token = TokenMint(settings.traffic_key, scope.traffic, time.time, CARRIER_TOKEN_S)
        self._stopped = threading.Lock()

    def instrument_flask(self, app: "Flask", *, access_log: bool | None = None) -> None:
        """Trace, measure and log every request of `app`. Call it right after the app is made."""
        wanted = os.environ.get("SIGHTLINE_ACCESS_LOG", "1") == "1" if access_log is None else access_log
        middleware.install(app, self.tracing, self.metrics, self.settings.traffic_key, access_log=wanted)

    def instrument_engine(self, engine: "Engine") -> None:
        """Trace every statement of `engine`."""
        self.tracing.instrument_engine(engine)

    def kpi_relay(self, store: "KpiStore") -> "KpiRelay":
        """The relay of this mode for an outbox, not started yet."""
        from .kpi import KpiRelay

        return KpiRelay(store, self._kpi_transport())

    def check_kpi(self, name: str, value: int, attributes: Mapping[str, str]) -> Mapping[str, str] | None:
        """The complete attributes of a KPI row (`traffic` filled in), or None when it is not declared.

        Undeclared raises where signals are strict; elsewhere it is counted and dropped.
        """
        checked = self.metrics.checker.check(name, "counter", value, attributes, kpi=True)
        return checked[1] if checked is not None else None

    def _kpi_transport(self) -> "Transport":
        if self.settings.mode == "otel":
            from .kpi_otlp import OtlpKpiTransport

            return OtlpKpiTransport(self.settings)
        if self.settings.mode == "ddtrace":
            from .kpi_dogstatsd import DogstatsdKpiTransport

            return DogstatsdKpiTransport(self.settings)
        from .kpi_none import NoKpiTransport

        return NoKpiTransport()

    def flush(self, timeout_s: float = 3.0) -> None:
        """Send what is buffered."""
        self.tracing.flush(timeout_s)
        self.metrics.flush(timeout_s)

    def shutdown(self, timeout_s: float = 3.0) -> None:
        """Send what is buffered and stop, all within about `timeout_s`; a second call does nothing."""
        if not self._stopped.acquire(blocking=False):
            return
        deadline = time.monotonic() + timeout_s
        self.tracing.shutdown(timeout_s)
        # A receiver that took all of the time from the spans will not take the metrics either.
        self.metrics.shutdown(max(deadline - time.monotonic(), 0.2))
        self.http.close()


_active: Telemetry | None = None
_lock = threading.Lock()


def configure(
    service: str, version: str = "0.0.0", env: str = "demo", mode: Mode = "none", **overrides: Any
) -> Telemetry:
    """Start reporting as `service`; endpoints come from the environment unless given in `overrides`.

    Call it once per process, before the Flask app and the engine are made, and in the process that serves: behind
    gunicorn that is the worker (an app factory runs there; threads and sockets made before the fork would be the
    master's). A second call with equal settings returns the first telemetry; with others it replaces the logs,
    and a tracer that cannot be replaced (ddtrace) refuses.
    """
    base = from_env(service)
    return start(replace(base, service=service, version=version, env=env, mode=mode, **overrides))


def configure_from_env(service: str, environ: Mapping[str, str] | None = None) -> Telemetry:
    """`configure` with everything from the SIGHTLINE_* variables."""
    return start(from_env(service, environ))


def start(settings: Settings) -> Telemetry:
    """Start reporting with these settings."""
    global _active  # noqa: PLW0603 - a process has one identity and one tracer; this is where it is kept
    with _lock:
        if _active is not None and _active.settings == settings:
            return _active
        tracing, meter = _parts(settings)
        _active = Telemetry(settings, tracing, meter)
        logs.configure(settings, current_ids)
        atexit.register(_active.shutdown)
        return _active


def active() -> Telemetry:
    """The process's telemetry; before `configure`, one in mode `none`."""
    global _active  # noqa: PLW0603 - see `start`
    if _active is None:
        settings = Settings("unconfigured", strict_signals=True)
        tracing, meter = _parts(settings)
        _active = Telemetry(settings, tracing, meter)
    return _active


def _parts(settings: Settings) -> tuple[Tracing, Meter]:
    if settings.mode == "otel":
        from .meters.otel import OtelMeter
        from .providers.otel import OtelTracing

        instance = str(uuid.uuid4())
        return OtelTracing(settings, instance), OtelMeter(settings, instance)
    if settings.mode == "ddtrace":
        from .meters.dogstatsd import DogstatsdMeter
        from .providers.ddtrace import DdTracing

        return DdTracing(settings), DogstatsdMeter(settings)
    from .meters.none import NoMeter
    from .providers.none import NoTracing

    return NoTracing(), NoMeter()


def span(
    name: str,
    *,
    kind: Kind = "internal",
    attributes: Attributes | None = None,
    parent: RemoteContext | None = None,
    links: Sequence[RemoteContext] = (),
) -> AbstractContextManager[SpanHandle]:
    """Run the block in a span, a child of `parent` (default: of the current span)."""
    return active().tracing.span(name, kind=kind, attributes=attributes, parent=parent, links=links)


def set_attribute(key: str, value: AttributeValue) -> None:
    """Set an attribute of the current span, if there is one."""
    current = active().tracing.current()
    if current is not None:
        current.set_attribute(key, value)


def record_error(error: BaseException) -> None:
    """Mark the current span as failed, if there is one."""
    current = active().tracing.current()
    if current is not None:
        current.record_error(error)


def record_fault(name: str) -> None:
    """Note an injected fault on the current span, on the request's entry span, and for the request's line."""
    set_attribute("sightline.fault", name)
    current = scope.current()
    if current is not None:
        if name not in current.faults:
            current.faults.append(name)
        if current.entry is not None:
            current.entry.set_attribute("sightline.fault", name)


def current_ids() -> SpanIds | None:
    """The current span's ids; after it ended, those of the request or message it belonged to."""
    held = scope.current()
    if held is not None and not held.traced:
        return None
    if _active is not None:
        current = _active.tracing.current()
        if current is not None and current.ids is not None:
            return current.ids
    return held.ids if held else None


def current_traffic() -> traffic.TrafficKind:
    """The authenticated kind of the traffic in progress."""
    return scope.traffic()


def inject() -> dict[str, str]:
    """The current context as a carrier: W3C, Datadog, and a traffic token that outlives a queue."""
    carrier: dict[str, str] = {}
    telemetry = active()
    telemetry.tracing.inject(carrier)
    token = telemetry.carrier_token()
    if token:
        carrier[traffic.HEADER] = token
    return carrier


def extract(carrier: Mapping[str, str]) -> RemoteContext:
    """The context that a carrier holds, for `span(..., parent=...)` or `links=[...]`."""
    return active().tracing.extract({key.lower(): value for key, value in carrier.items()})


def traffic_of(carrier: Mapping[str, str]) -> traffic.TrafficKind:
    """The authenticated kind of traffic that a carrier holds."""
    return traffic.verify(carrier.get(traffic.HEADER), active().settings.traffic_key, time.time())
