"""How late the vendor answers: the medians of recorded requests, by route.

Measured over the `duration` of the recordings in DataDog/terraform-provider-datadog, `datadog/tests/cassettes`
(2026-08); recordings that say 0 ms are left out. Lists of dashboards, SLOs and tests are in none of them: they are
assumed to take what one object of the family takes.
"""

from __future__ import annotations

import re

_MS = (
    ("GET", r"/api/v1/dashboard", 104),
    ("POST", r"/api/v1/dashboard", 170),
    ("PUT", r"/api/v1/dashboard/[^/]+", 219),
    ("DELETE", r"/api/v1/dashboard", 350),
    ("POST", r"/api/v1/monitor/validate", 103),
    ("POST", r"/api/v1/monitor/[^/]+/validate", 108),
    ("POST", r"/api/v1/monitor$", 253),
    ("GET", r"/api/v1/monitor$", 157),
    ("GET", r"/api/v1/monitor/", 153),
    ("PUT", r"/api/v1/monitor/", 417),
    ("DELETE", r"/api/v1/monitor/", 263),
    ("POST", r"/api/v1/slo/correction", 204),
    ("GET", r"/api/v1/slo/correction", 161),
    ("PATCH", r"/api/v1/slo/correction", 225),
    ("DELETE", r"/api/v1/slo/correction", 220),
    ("POST", r"/api/v1/slo", 215),
    ("GET", r"/api/v1/slo", 85),
    ("PUT", r"/api/v1/slo/", 243),
    ("DELETE", r"/api/v1/slo/", 295),
    ("POST", r"/api/v1/synthetics/tests/delete", 799),
    ("POST", r"/api/v1/synthetics/tests/browser", 786),
    ("PUT", r"/api/v1/synthetics/tests/browser", 786),
    ("GET", r"/api/v1/synthetics/tests/browser", 249),
    ("POST", r"/api/v1/synthetics/tests/mobile", 813),
    ("PUT", r"/api/v1/synthetics/tests/mobile", 720),
    ("GET", r"/api/v1/synthetics/tests/mobile", 234),
    ("POST", r"/api/v1/synthetics/tests/api", 575),
    ("PUT", r"/api/v1/synthetics/tests/api", 737),
    ("GET", r"/api/v1/synthetics/tests/api", 217),
    ("GET", r"/api/v1/synthetics/tests", 223),
    ("POST", r"/api/v2/synthetics/tests/network", 720),
    ("PUT", r"/api/v2/synthetics/tests/network", 1494),
    ("GET", r"/api/v2/synthetics/tests/network", 234),
    ("POST", r"/api/v1/downtime", 476),
    ("GET", r"/api/v1/downtime", 161),
    ("PUT", r"/api/v1/downtime", 195),
    ("DELETE", r"/api/v1/downtime", 300),
    ("POST", r"/api/v2/downtime", 346),
    ("GET", r"/api/v2/downtime", 105),
    ("DELETE", r"/api/v2/downtime", 186),
    ("POST", r"/api/v2/powerpacks", 249),
    ("GET", r"/api/v2/powerpacks$", 75),
    ("GET", r"/api/v2/powerpacks", 79),
    ("DELETE", r"/api/v2/powerpacks", 127),
    ("POST", r"/api/v2/monitor/notification_rule", 218),
    ("GET", r"/api/v2/monitor/notification_rule", 122),
    ("PATCH", r"/api/v2/monitor/notification_rule", 120),
    ("DELETE", r"/api/v2/monitor/notification_rule", 163),
    ("POST", r"/api/v2/deployment_gates/[^/]+/rules", 124),
    ("GET", r"/api/v2/deployment_gates/[^/]+/rules$", 122),
    ("GET", r"/api/v2/deployment_gates/[^/]+/rules", 259),
    ("PUT", r"/api/v2/deployment_gates/[^/]+/rules", 124),
    ("DELETE", r"/api/v2/deployment_gates/[^/]+/rules", 123),
    ("POST", r"/api/v2/deployment_gates", 115),
    ("GET", r"/api/v2/deployment_gates", 121),
    ("PUT", r"/api/v2/deployment_gates", 120),
    ("DELETE", r"/api/v2/deployment_gates", 130),
)
"""(method, beginning of the path, median in ms); the first that fits holds."""

_ROUTES = tuple((method, re.compile(path), ms / 1000) for method, path, ms in _MS)


def recorded_s(method: str, path: str) -> float:
    """Return the vendor's median in seconds; 0 where none is recorded."""
    return next((late for known, route, late in _ROUTES if known == method and route.match(path)), 0.0)
