"""The metrics that semantic SLIs name: their attributes, their bounds, their names at each backend.

A test holds this to the file of instruments in `sightline_telemetry`: a compiler that imported the telemetry package
would bring both tracers with it. Datadog answers `count(v: v<=0.3):metric{tag}` only for metrics configured with
`include_percentiles`, and only by the tags in that configuration, which are a metric's attributes and the process tags.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `prometheus` is its name after OTLP ingest, of a distribution without its `_bucket`."""

    name: str
    kind: str
    unit: str
    prometheus: str
    attributes: tuple[str, ...]
    bounds: tuple[float, ...] = ()


PROCESS_TAGS = {"service": "job", "env": "deployment_environment_name", "version": "service_version"}
"""The tags of the process at Datadog, and the labels that Prometheus gives their resource attributes.

`job` is always there; the others stand on series where `otlp.promote_resource_attributes` lists them.
"""

METRICS = {
    each.name: each
    for each in (
        Metric(
            "http.server.requests",
            "counter",
            "{request}",
            "http_server_requests_total",
            ("http.route", "http.request.method", "status_class", "outcome", "traffic"),
        ),
        Metric(
            "http.server.request.duration",
            "distribution",
            "s",
            "http_server_request_duration_seconds",
            ("http.route", "http.request.method", "status_class", "traffic"),
            (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.3, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0),
        ),
        Metric(
            "sightline.journey.runs",
            "counter",
            "{run}",
            "sightline_journey_runs_total",
            ("journey", "outcome", "location", "traffic"),
        ),
        Metric(
            "sightline.journey.duration",
            "distribution",
            "s",
            "sightline_journey_duration_seconds",
            ("journey", "outcome", "location", "traffic"),
            (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0),
        ),
        Metric("shop.orders.placed", "counter", "{order}", "shop_orders_placed_total", ("outcome", "traffic")),
        Metric("shop.orders.revenue", "counter", "{minor_unit}", "shop_orders_revenue_total", ("currency", "traffic")),
        Metric("shop.orders.fulfilled", "counter", "{order}", "shop_orders_fulfilled_total", ("traffic",)),
        Metric(
            "shop.orders.fulfilment.duration",
            "distribution",
            "s",
            "shop_orders_fulfilment_duration_seconds",
            ("traffic",),
            (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0),
        ),
        Metric(
            "shop.payments.attempted", "counter", "{payment}", "shop_payments_attempted_total", ("provider", "traffic")
        ),
        Metric(
            "shop.payments.failed",
            "counter",
            "{payment}",
            "shop_payments_failed_total",
            ("failure_reason", "failure_class", "traffic"),
        ),
        Metric("shop.carts.created", "counter", "{cart}", "shop_carts_created_total", ("traffic",)),
        Metric("shop.carts.abandoned", "counter", "{cart}", "shop_carts_abandoned_total", ("reason", "traffic")),
        Metric("shop.checkout.started", "counter", "{checkout}", "shop_checkout_started_total", ("traffic",)),
        Metric("shop.checkout.completed", "counter", "{checkout}", "shop_checkout_completed_total", ("traffic",)),
    )
}

DISTRIBUTIONS: dict[str, tuple[str, ...]] = {
    each.name: tuple(sorted((*each.attributes, *PROCESS_TAGS)))
    for each in METRICS.values()
    if each.kind == "distribution"
}
"""The distributions that specs may count over, with the tags that stay queryable once percentiles are on."""


@cache
def label(attribute: str) -> str:
    """Return how Prometheus spells an attribute: `http.route` is `http_route`, the service is `job`."""
    return PROCESS_TAGS.get(attribute) or "".join(char if char.isalnum() else "_" for char in attribute)
