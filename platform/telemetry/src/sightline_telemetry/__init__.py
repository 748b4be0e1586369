"""One telemetry bootstrap for ddtrace and OpenTelemetry: logs, traces, KPIs, propagation, scrubbing.

    from sightline_telemetry import configure_from_env, get_logger, span

    telemetry = configure_from_env("orders")       # first thing in the app factory
    app = Flask("orders")
    telemetry.instrument_flask(app)
    telemetry.instrument_engine(engine)

The same code runs in the modes `none`, `otel` and `ddtrace`; heavy clients are imported only in theirs.
"""

from . import signals
from .checks import UndeclaredSignalError
from .http_client import HttpClient, HttpClientError, Response
from .ids import SpanIds
from .logs import get_logger
from .settings import Mode, Settings
from .telemetry import (
    Telemetry,
    active,
    configure,
    configure_from_env,
    current_ids,
    current_traffic,
    extract,
    inject,
    record_error,
    record_fault,
    set_attribute,
    span,
    traffic_of,
)
from .tracing import RemoteContext, SpanHandle

__all__ = [
    "HttpClient",
    "HttpClientError",
    "Mode",
    "RemoteContext",
    "Response",
    "Settings",
    "SpanHandle",
    "SpanIds",
    "Telemetry",
    "UndeclaredSignalError",
    "active",
    "configure",
    "configure_from_env",
    "current_ids",
    "current_traffic",
    "extract",
    "get_logger",
    "inject",
    "record_error",
    "record_fault",
    "set_attribute",
    "signals",
    "span",
    "traffic_of",
]
