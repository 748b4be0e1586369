"""Scrubs spans on their way out of the OpenTelemetry SDK.

A wrapper of the exporter, not a span processor: a finished span is read-only for processors, and here the work is
done on the exporting thread, off the request's path.
"""

from collections.abc import Mapping, Sequence

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, Status
from opentelemetry.util.types import AttributeValue

from sightline_telemetry import scrub


class ScrubbingExporter(SpanExporter):
    """Hands scrubbed copies of the spans to `inner`."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export the scrubbed copies."""
        return self._inner.export([scrubbed(span) for span in spans])

    def shutdown(self) -> None:
        """Stop the wrapped exporter."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Flush the wrapped exporter."""
        return self._inner.force_flush(timeout_millis)


def scrubbed(span: ReadableSpan) -> ReadableSpan:
    """The span with clean name, attributes, events, links and status."""
    return ReadableSpan(
        name=scrub.text(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_attributes(span.attributes),
        events=[Event(event.name, _attributes(event.attributes), event.timestamp) for event in span.events],
        links=[Link(link.context, _attributes(link.attributes)) for link in span.links],
        kind=span.kind,
        status=Status(span.status.status_code, scrub.text(span.status.description))
        if span.status.description
        else span.status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _attributes(attributes: Mapping[str, AttributeValue] | None) -> dict[str, AttributeValue]:
    return {key: _value(key, value) for key, value in (attributes or {}).items()}


def _value(key: str, value: AttributeValue) -> AttributeValue:
    if isinstance(value, str):
        return scrub.attribute(key, value)
    if isinstance(value, (list, tuple)):
        return [scrub.attribute(key, item) if isinstance(item, str) else item for item in value]
    if isinstance(value, (int, float)) and value > scrub.SMALLEST_CARD:
        return scrub.number(key, value)
    return value
