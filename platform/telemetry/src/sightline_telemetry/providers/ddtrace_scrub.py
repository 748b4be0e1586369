"""Scrubs ddtrace's spans before they are encoded, and drops the health checks' traces."""

from typing import Any

from ddtrace.trace import TraceFilter

from sightline_telemetry import scrub
from sightline_telemetry.health import is_health

# ddtrace's own bookkeeping (ids, sampling) is not text that anybody typed.
_OWN = ("_dd.", "runtime-id", "process_id", "language", "version", "env", "service", "span.kind", "component")


class ScrubbingFilter(TraceFilter):  # type: ignore[misc]  # ddtrace ships no types that mypy strict accepts
    """A trace filter: health checks out, everything else clean."""

    def process_trace(self, trace: list[Any]) -> list[Any] | None:
        """The same spans, scrubbed in place; None for a health check."""
        root = trace[0]
        if root.name == "flask.request" and is_health(root.get_tag("flask.url_rule") or ""):
            return None
        for span in trace:
            _clean(span)
        return trace


def _clean(span: Any) -> None:
    span.resource = scrub.text(span.resource)
    span.name = scrub.text(span.name)
    for key, value in list(span.get_tags().items()):
        if not key.startswith(_OWN):
            cleaned = scrub.attribute(key, value)
            if cleaned != value:
                span.set_tag(key, cleaned)
