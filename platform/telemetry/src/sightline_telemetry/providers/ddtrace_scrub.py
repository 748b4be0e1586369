"""Scrubs ddtrace's spans before they are encoded, and drops the health checks' traces."""

from typing import Any

from ddtrace.trace import TraceFilter

from sightline_telemetry import scrub
from sightline_telemetry.health import is_health
from sightline_telemetry.signals import route_tag

# ddtrace's own bookkeeping, measures and enumerations: nothing that anybody typed.
_OWN = frozenset(
    {
        "component",
        "env",
        "flask.endpoint",
        "flask.url_rule",
        "flask.version",
        "http.method",
        "http.route",
        "http.status_code",
        "language",
        "process_id",
        "runtime-id",
        "span.kind",
        "version",
    }
)


class ScrubbingFilter(TraceFilter):  # type: ignore[misc]  # ddtrace ships no types that mypy strict accepts
    """A trace filter: health checks out, everything else clean, routes spelt as on the metrics."""

    def process_trace(self, trace: list[Any]) -> list[Any] | None:
        """The same spans, scrubbed in place; None for a health check."""
        rule = trace[0].get_tag("flask.url_rule")
        if rule and is_health(rule):
            return None
        for span in trace:
            _clean(span)
        if rule:
            route = route_tag(rule)
            trace[0].set_tag("http.route", route)
            trace[0].resource = f"{trace[0].get_tag('http.method')} {route}"
        return trace


def _clean(span: Any) -> None:
    resource, name = span.resource, span.name
    if (cleaned := scrub.text(resource)) != resource:
        span.resource = cleaned
    if (cleaned := scrub.text(name)) != name:
        span.name = cleaned
    for key, value in span.get_tags().items():
        if key in _OWN or key.startswith("_dd."):
            continue
        cleaned = scrub.attribute(key, value)
        if cleaned != value:
            span.set_tag(key, cleaned)
    for key, number in span.get_metrics().items():
        # A numeric tag travels as a measure, in binary, where no search for text would find a card.
        if number > scrub.SMALLEST_CARD and isinstance(cleaned_number := scrub.number(key, number), str):
            span.set_tag(key, cleaned_number)  # set_tag also takes the measure of that name away
