"""Mode `otel`: the official SDK, OTLP over HTTP, the official instrumentations with the stable conventions."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import flask
from opentelemetry import context as otel_context
from opentelemetry import propagate, trace
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode

from sightline_telemetry.health import EXCLUDED_URLS
from sightline_telemetry.ids import SpanIds
from sightline_telemetry.propagation import composite
from sightline_telemetry.settings import Settings
from sightline_telemetry.signals import METHODS, route_tag
from sightline_telemetry.tracing import Attributes, AttributeValue, Kind, RemoteContext

from .otel_scrub import ScrubbingExporter

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

_KINDS: dict[Kind, SpanKind] = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}


def resource(settings: Settings, instance: str) -> Resource:
    """Who speaks, with both spellings of the environment: older receivers know only the first."""
    attributes = {
        "service.name": settings.service,
        "service.version": settings.version,
        "deployment.environment": settings.env,
        "deployment.environment.name": settings.env,
    }
    if instance:
        attributes["service.instance.id"] = instance
    return Resource.create(attributes)


def _name_by_route(span: Span, environ: Mapping[str, object]) -> None:
    # The instrumentation names a request without a route by its path, which anybody may fill with anything.
    rule = flask.request.url_rule
    method = str(environ["REQUEST_METHOD"])
    known = method if method in METHODS else "HTTP"
    span.update_name(f"{known} {route_tag(rule.rule)}" if rule is not None else known)


class _Handle:
    __slots__ = ("_span",)

    def __init__(self, span: Span) -> None:
        self._span = span

    @property
    def ids(self) -> SpanIds | None:
        context = self._span.get_span_context()
        return SpanIds.of(context.trace_id, context.span_id)

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        self._span.set_attribute(key, value)

    def record_error(self, error: BaseException) -> None:
        self._span.record_exception(error)
        self._span.set_attribute("error.type", type(error).__qualname__)
        self._span.set_status(Status(StatusCode.ERROR, str(error)))


class _Processor(BatchSpanProcessor):
    """The SDK's, ending within `patience_s`: its own `shutdown` waits 30 s for a receiver that does not answer."""

    patience_s = 3.0

    def shutdown(self) -> None:
        """Send what can be sent until then."""
        self._batch_processor.shutdown(int(self.patience_s * 1000))


class OtelTracing:
    """Spans of the OpenTelemetry SDK, batched to `<otlp_url>/v1/traces`."""

    def __init__(self, settings: Settings, instance: str) -> None:
        # The instrumentations read their opt-in once, when the first of them starts.
        os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        self._provider = TracerProvider(resource=resource(settings, instance), shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_url}/v1/traces", timeout=5)
        self._processor = _Processor(ScrubbingExporter(exporter))
        self._provider.add_span_processor(self._processor)
        self._tracer = self._provider.get_tracer("sightline_telemetry")
        self._propagator = composite()
        propagate.set_global_textmap(self._propagator)
        self._no_metrics = NoOpMeterProvider()
        self._instrument_urllib3()

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
        base = parent.native if parent is not None and parent.ids is not None else None
        with self._tracer.start_as_current_span(
            name,
            context=base,
            kind=_KINDS[kind],
            attributes=attributes,
            links=[Link(trace.get_current_span(link.native).get_span_context()) for link in links if link.ids],
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            handle = _Handle(span)
            try:
                yield handle
            except Exception as error:
                handle.record_error(error)
                raise

    def current(self) -> _Handle | None:
        """The running span, or the context that a caller handed over."""
        span = trace.get_current_span()
        return _Handle(span) if span.get_span_context().is_valid else None

    def entry(self) -> _Handle | None:
        """At the start of a request that is the current one: there is only one span so far."""
        return self.current()

    @contextmanager
    def untraced(self) -> Iterator[None]:
        """Keep the instrumentations (the health check's SQL) from starting traces of their own."""
        with suppress_instrumentation():
            yield

    def inject(self, carrier: dict[str, str]) -> None:
        """Write both families of headers."""
        self._propagator.inject(carrier)

    def extract(self, carrier: Mapping[str, str]) -> RemoteContext:
        """Read either family of headers."""
        native = self._propagator.extract(dict(carrier), otel_context.Context())
        context = trace.get_current_span(native).get_span_context()
        return RemoteContext(SpanIds.of(context.trace_id, context.span_id), dict(carrier), native)

    def instrument_flask(self, app: "Flask") -> None:
        """Server spans by the official instrumentation; its own metrics are off, the SLI series are ours."""
        from opentelemetry.instrumentation.flask import FlaskInstrumentor

        FlaskInstrumentor.instrument_app(  # type: ignore[no-untyped-call]  # contrib leaves it untyped
            app,
            request_hook=_name_by_route,
            tracer_provider=self._provider,
            meter_provider=self._no_metrics,
            excluded_urls=EXCLUDED_URLS,
            enable_commenter=False,
        )

    def instrument_engine(self, engine: "Engine") -> None:
        """Client spans for statements, by the official instrumentation's tracer of one engine.

        Not by its `instrument()`: that refuses SQLAlchemy 2.1, which it works with, and adds a span to every
        `connect()`.
        """
        from .otel_sql import SummarisingTracer

        usage = self._no_metrics.get_meter("sightline_telemetry").create_up_down_counter("db.client.connections.usage")
        SummarisingTracer(self._provider.get_tracer("sightline_telemetry.sqlalchemy"), engine, usage)  # type: ignore[no-untyped-call]  # as above

    def outgoing(self, headers: dict[str, str]) -> None:
        """The urllib3 instrumentation writes the headers, inside its own client span."""

    def flush(self, timeout_s: float) -> None:
        """Send what is buffered."""
        self._provider.force_flush(int(timeout_s * 1000))

    def shutdown(self, timeout_s: float) -> None:
        """Send what is buffered and stop."""
        # Without a flush before it: the SDK's has no time limit, and a shutdown exports what is left, too.
        self._processor.patience_s = timeout_s
        self._provider.shutdown()

    def _instrument_urllib3(self) -> None:
        from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor

        URLLib3Instrumentor().instrument(tracer_provider=self._provider, meter_provider=self._no_metrics)
