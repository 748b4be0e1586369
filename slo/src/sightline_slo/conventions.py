"""The distributions that specs may count over, with the tags that stay queryable once percentiles are on.

Datadog answers `count(v: v<=0.3):metric{tag}` only for metrics configured with `include_percentiles`, and only by the
tags in that configuration. A test holds this to the file of instruments in `sightline_telemetry`: a compiler that
imported the telemetry package would bring both tracers with it.
"""

from __future__ import annotations

DISTRIBUTIONS: dict[str, tuple[str, ...]] = {
    "http.server.request.duration": (
        "env", "http.request.method", "http.route", "service", "status_class", "traffic", "version",
    ),
    "sightline.journey.duration": ("env", "journey", "location", "outcome", "service", "traffic", "version"),
}  # fmt: skip
