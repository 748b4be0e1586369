"""Mode `ddtrace`: the vendor's tracer with its own Flask, SQLAlchemy and urllib3 integrations, kept lean.

ddtrace reads its configuration from the environment while it is imported, so the environment is written first.
`setdefault` throughout: whoever runs the service can still decide otherwise.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from sightline_telemetry.ids import SpanIds
from sightline_telemetry.settings import Settings
from sightline_telemetry.tracing import Attributes, AttributeValue, Kind, RemoteContext

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine


def environment(settings: Settings) -> dict[str, str]:
    """What ddtrace is to find: identity, agent, and everything off that a small service pays for and nobody reads."""
    return {
        "DD_SERVICE": settings.service,
        "DD_ENV": settings.env,
        "DD_VERSION": settings.version,
        "DD_TRACE_AGENT_URL": settings.agent_url,
        "DD_TRACE_128_BIT_TRACEID_GENERATION_ENABLED": "true",
        # Outgoing calls and queries belong to the service that makes them, not to "urllib3" or "sqlite".
        "DD_TRACE_REMOVE_INTEGRATION_SERVICE_NAMES_ENABLED": "true",
        # With client stats on, an agent that announces client_drop_p0s makes the tracer throw unsampled traces away
        # while their log lines stay: 4,240 of 12,000 lines joined, against all of them without.
        "DD_TRACE_STATS_COMPUTATION_ENABLED": "false",
        "DD_LOGS_INJECTION": "false",  # our own processor writes the ids, in one spelling
        "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
        "DD_REMOTE_CONFIGURATION_ENABLED": "false",
        "DD_TRACE_STARTUP_LOGS": "false",
        "DD_TRACE_LOG_STREAM_HANDLER": "false",  # a second, unstructured copy of its own lines on stderr
        "DD_CODE_ORIGIN_FOR_SPANS_ENABLED": "false",
        "DD_APPSEC_ENABLED": "false",
        "DD_APPSEC_SCA_ENABLED": "false",
        "DD_IAST_ENABLED": "false",
        "DD_API_SECURITY_ENABLED": "false",
        "DD_PROFILING_ENABLED": "false",
        "DD_RUNTIME_METRICS_ENABLED": "false",
        "DD_DYNAMIC_INSTRUMENTATION_ENABLED": "false",
        "DD_CRASHTRACKING_ENABLED": "false",
        "DD_TRACE_OTEL_ENABLED": "false",
        "DD_EXPERIMENTAL_PROPAGATE_PROCESS_TAGS_ENABLED": "false",  # file system names on every root span
    }


class _Handle:
    __slots__ = ("_span",)

    def __init__(self, span: Any) -> None:
        self._span = span

    @property
    def ids(self) -> SpanIds | None:
        return SpanIds.of(self._span.trace_id, self._span.span_id)

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        self._span.set_tag(key, str(value).lower() if isinstance(value, bool) else value)

    def record_error(self, error: BaseException) -> None:
        self._span.set_exc_info(type(error), error, error.__traceback__)


class DdTracing:
    """Spans of ddtrace, sent to the agent's trace endpoint."""

    def __init__(self, settings: Settings) -> None:
        for key, value in environment(settings).items():
            os.environ.setdefault(key, value)
        import ddtrace
        from ddtrace.propagation.http import HTTPPropagator
        from ddtrace.trace import tracer

        from .ddtrace_lean import keep_flask_lean
        from .ddtrace_scrub import ScrubbingFilter

        self._settings = settings
        self._tracer = tracer
        self._http = HTTPPropagator
        tracer.configure(trace_processors=[ScrubbingFilter()])
        ddtrace.patch(flask=True, urllib3=True)
        keep_flask_lean()

    @contextmanager
    def span(
        self,
        name: str,
        *,
        kind: Kind = "internal",
        attributes: Attributes | None = None,
        parent: RemoteContext | None = None,
        links: Sequence[RemoteContext] = (),
    ) -> Iterator[_Handle]:
        """Run the block in a span; an exception that leaves it marks the span as failed."""
        provider = self._tracer.context_provider
        before = provider.active()
        if parent is not None and parent.ids is not None:
            provider.activate(parent.native)
        try:
            with self._tracer.trace(name, service=self._settings.service, resource=name) as span:
                span.set_tag("span.kind", kind)
                handle = _Handle(span)
                for key, value in (attributes or {}).items():
                    handle.set_attribute(key, value)
                for link in links:
                    if link.ids is not None:
                        span.set_link(trace_id=int(link.ids.trace_id, 16), span_id=int(link.ids.span_id, 16))
                yield handle
        finally:
            if parent is not None:
                provider.activate(before)

    def current(self) -> _Handle | None:
        """The running span; the integration's span of the WSGI application counts as the request's own."""
        span = self._tracer.current_span()
        if span is not None and span.name == "flask.application":
            span = self._tracer.current_root_span()
        return _Handle(span) if span is not None else None

    def entry(self) -> _Handle | None:
        """The local root: Flask's integration opens several spans before a view runs."""
        span = self._tracer.current_root_span()
        return _Handle(span) if span is not None else None

    def untraced(self) -> AbstractContextManager[None]:
        """The trace filter drops a health check's trace whole, with the SQL in it."""
        return nullcontext()

    def inject(self, carrier: dict[str, str]) -> None:
        """Write both families of headers, as ddtrace does by default."""
        span = self._tracer.current_span()
        if span is not None:
            self._http.inject(span, carrier)

    def extract(self, carrier: Mapping[str, str]) -> RemoteContext:
        """Read either family of headers."""
        context = self._http.extract(dict(carrier))
        ids = SpanIds.of(context.trace_id or 0, context.span_id or 0)
        return RemoteContext(ids, dict(carrier), context)

    def instrument_flask(self, app: "Flask") -> None:
        """The integration patched Flask itself; what it leaves out is why a request failed."""
        import flask

        def failed(_sender: "Flask", exception: BaseException, **_: Any) -> None:
            entry = self.entry()
            if entry is not None:
                entry.record_error(exception)

        flask.got_request_exception.connect(failed, app, weak=False)

    def instrument_engine(self, engine: "Engine") -> None:
        """Client spans for statements, by the vendor's integration."""
        from ddtrace.contrib.sqlalchemy import trace_engine

        trace_engine(engine, service=self._settings.service)

    def outgoing(self, headers: dict[str, str]) -> None:
        """The urllib3 integration writes the headers, inside its own client span."""

    def flush(self, timeout_s: float) -> None:
        """Send what is buffered."""
        del timeout_s  # ddtrace's own writer bounds it
        self._tracer.flush()

    def shutdown(self, timeout_s: float) -> None:
        """Send what is buffered and stop."""
        self._tracer.shutdown(timeout=timeout_s)
