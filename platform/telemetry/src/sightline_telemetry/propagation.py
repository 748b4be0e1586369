"""Datadog's headers as an OpenTelemetry propagator, so that services of both tracers join one trace.

ddtrace writes both families by default and needs nothing of ours. OpenTelemetry knows only W3C: this propagator
adds `x-datadog-*` to what it writes and reads them when a caller sent no `traceparent` (an old tracer, or one with
its W3C style off). A 64-bit id becomes a 128-bit one with a zero upper half, which both sides agree on.
"""

import re

from opentelemetry import trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.propagators.textmap import (
    CarrierT,
    Getter,
    Setter,
    TextMapPropagator,
    default_getter,
    default_setter,
)
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from .ids import SpanIds

TRACE_ID = "x-datadog-trace-id"
PARENT_ID = "x-datadog-parent-id"
PRIORITY = "x-datadog-sampling-priority"
TAGS = "x-datadog-tags"
CONTEXT_KEYS = ("traceparent", "tracestate", "baggage", TRACE_ID, PARENT_ID, PRIORITY, TAGS)

_UINT64 = 1 << 64
# Not `isdigit` and a try: Python takes `²` for a digit, and `int` takes signs, underscores and spaces.
_PRIORITY = re.compile(r"-?[0-9]{1,2}")
_HIGH = re.compile(r"[0-9a-f]{16}")


class DatadogPropagator(TextMapPropagator):
    """x-datadog-* in, only where no W3C context was found before it; x-datadog-* out, always."""

    def extract(
        self,
        carrier: CarrierT,
        context: Context | None = None,
        getter: Getter[CarrierT] = default_getter,
    ) -> Context:
        """The context with the carrier's Datadog ids, unless it already holds a valid span."""
        context = Context() if context is None else context
        if trace.get_current_span(context).get_span_context().is_valid:
            return context

        def one(key: str) -> str:
            return next(iter(getter.get(carrier, key) or ()), "")

        low, span_id = _uint64(one(TRACE_ID)), _uint64(one(PARENT_ID))
        if not low or not span_id:
            return context
        sampled = _priority(one(PRIORITY)) > 0
        span_context = SpanContext(
            trace_id=_high(one(TAGS)) << 64 | low,
            span_id=span_id,
            is_remote=True,
            trace_flags=TraceFlags(TraceFlags.SAMPLED if sampled else TraceFlags.DEFAULT),
        )
        return trace.set_span_in_context(NonRecordingSpan(span_context), context)

    def inject(
        self,
        carrier: CarrierT,
        context: Context | None = None,
        setter: Setter[CarrierT] = default_setter,
    ) -> None:
        """Write the current span's ids; nothing when there is no valid span."""
        span_context = trace.get_current_span(context).get_span_context()
        ids = SpanIds.of(span_context.trace_id, span_context.span_id)
        if ids is None:
            return
        setter.set(carrier, TRACE_ID, ids.dd_low)
        setter.set(carrier, PARENT_ID, ids.dd_span_id)
        setter.set(carrier, PRIORITY, "1" if span_context.trace_flags.sampled else "0")
        if ids.dd_high:
            setter.set(carrier, TAGS, f"_dd.p.tid={ids.dd_high}")

    @property
    def fields(self) -> set[str]:
        """The keys that `inject` may write."""
        return {TRACE_ID, PARENT_ID, PRIORITY, TAGS}


def composite() -> CompositePropagator:
    """W3C first, then Datadog's headers, then baggage."""
    return CompositePropagator([TraceContextTextMapPropagator(), DatadogPropagator(), W3CBaggagePropagator()])


def _uint64(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 20:
        return 0
    value = int(text)
    return value if value < _UINT64 else 0


def _priority(text: str) -> int:
    # An absent priority means that the decision is ours to take: keep.
    return int(text) if _PRIORITY.fullmatch(text) else 1


def _high(tags: str) -> int:
    for pair in tags.split(","):
        key, _, value = pair.partition("=")
        if key.strip() == "_dd.p.tid":
            return int(value, 16) if _HIGH.fullmatch(value) else 0
    return 0
