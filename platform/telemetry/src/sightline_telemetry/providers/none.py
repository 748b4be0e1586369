"""Mode `none`: nothing is recorded or sent, yet every request has ids and hands them on.

The ids are the caller's own (an untraced service must not become a missing parent in its callers' traces) or,
where there is no caller, generated once per request. They are OpenTelemetry's non-recording spans: the API package
only, no SDK.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from sightline_telemetry.ids import SpanIds, new_span_id, new_trace_id
from sightline_telemetry.propagation import composite
from sightline_telemetry.tracing import Attributes, AttributeValue, Kind, RemoteContext

from .wsgi_span import trace_requests

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine


class _Handle:
    __slots__ = ("ids",)

    def __init__(self, ids: SpanIds | None) -> None:
        self.ids = ids

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        """Nowhere to set it."""

    def record_error(self, error: BaseException) -> None:
        """Nowhere to record it."""


class NoTracing:
    """Ids without spans."""

    def __init__(self) -> None:
        self._propagator = composite()

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
        """Run the block under the ids of the parent, or under new ones when there is none."""
        del name, kind, attributes, links
        base = parent.native if parent is not None and parent.ids is not None else None
        context = trace.get_current_span(base).get_span_context()
        if not context.is_valid:
            context = SpanContext(
                trace_id=new_trace_id(),
                span_id=new_span_id(),
                is_remote=False,
                # A traced service further down should record: our not recording is no decision against it.
                trace_flags=TraceFlags(TraceFlags.SAMPLED),
            )
        token = otel_context.attach(trace.set_span_in_context(NonRecordingSpan(context), base))
        try:
            yield _Handle(SpanIds.of(context.trace_id, context.span_id))
        finally:
            otel_context.detach(token)

    def current(self) -> _Handle | None:
        """The ids in force, if any."""
        context = trace.get_current_span().get_span_context()
        ids = SpanIds.of(context.trace_id, context.span_id)
        return _Handle(ids) if ids else None

    def entry(self) -> _Handle | None:
        """At the start of a request that is the current one: there is only one span so far."""
        return self.current()

    def untraced(self) -> AbstractContextManager[None]:
        """Nothing is traced anyway."""
        return nullcontext()

    def inject(self, carrier: dict[str, str]) -> None:
        """Write the ids in force."""
        self._propagator.inject(carrier)

    def extract(self, carrier: Mapping[str, str]) -> RemoteContext:
        """Read either family of headers."""
        native = self._propagator.extract(dict(carrier), otel_context.Context())
        context = trace.get_current_span(native).get_span_context()
        return RemoteContext(SpanIds.of(context.trace_id, context.span_id), dict(carrier), native)

    def instrument_flask(self, app: "Flask") -> None:
        """Give every request its ids."""
        trace_requests(app, self)

    def instrument_engine(self, engine: "Engine") -> None:
        """Nothing to record."""

    def outgoing(self, headers: dict[str, str]) -> None:
        """No instrumentation writes the headers in this mode: write them here."""
        self.inject(headers)

    def flush(self, timeout_s: float) -> None:
        """Nothing is buffered."""

    def shutdown(self, timeout_s: float) -> None:
        """Nothing runs."""
