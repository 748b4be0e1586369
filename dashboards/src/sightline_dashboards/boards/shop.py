"""The shop on one page: its promises, its business, its services."""

from __future__ import annotations

from typing import Any

from sightline_dashboards.layout import Group, place
from sightline_dashboards.widgets import note, slo, timeseries, toplist, value

KEY = "shop"
TITLE = "Shop: promises, business, services"
DESCRIPTION = (
    "How the shop stands. Business numbers count customers only; choose another `traffic` to see journeys and load"
    " tests. `env` and `service` narrow the services' rows."
)

_KPI = "$traffic,$env"
_HTTP = "$service,$env,$traffic"


def build() -> dict[str, Any]:
    """Return the dashboard's body."""
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "layout_type": "ordered",
        "reflow_type": "fixed",
        "tags": ["team:checkout"],
        "template_variables": [
            _variable("env", "*"),
            _variable("service", "*"),
            _variable("traffic", "customer", ("customer", "synthetic", "load")),
        ],
        "widgets": place([_promises(), _business(), _requests(), _journeys()]),
    }


def _promises() -> Group:
    return Group(
        "Promises",
        "vivid_green",
        (
            slo("Payments succeed", "payments-payment-success"),
            slo("Checkouts are answered", "orders-checkout-availability"),
            slo("Checkouts are fast", "orders-checkout-latency"),
            slo("The storefront answers", "storefront-availability"),
        ),
    )


def _business() -> Group:
    orders = {
        "accepted": _sum("shop.orders.placed", "outcome:accepted"),
        "rejected": _sum("shop.orders.placed", "outcome:rejected"),
    }
    funnel = {
        "carts": _sum("shop.carts.created"),
        "started": _sum("shop.checkout.started"),
        "completed": _sum("shop.checkout.completed"),
    }
    failed = "sum:shop.payments.failed{" + _KPI + "} by {failure_reason}.as_count()"
    return Group(
        "Business",
        "vivid_blue",
        (
            value("Orders", {"orders": _sum("shop.orders.placed", "outcome:accepted")}, "orders"),
            value("Revenue", {"revenue": _sum("shop.orders.revenue")}, "revenue / 100", precision=2),
            value("Carts to orders, %", funnel, "completed / carts * 100", precision=1),
            value("Abandoned carts", {"abandoned": _sum("shop.carts.abandoned")}, "abandoned"),
            value("Fulfilled", {"fulfilled": _sum("shop.orders.fulfilled")}, "fulfilled"),
            value("System failures", {"failed": _sum("shop.payments.failed", "failure_class:system")}, "failed"),
            timeseries("Orders", orders, display="bars"),
            timeseries("From cart to order", funnel),
            toplist("Why payments fail", {"failed": failed}, "failed"),
        ),
    )


def _requests() -> Group:
    by_service = "sum:http.server.requests{" + _HTTP + "} by {service}.as_count()"
    bad = "sum:http.server.requests{" + _HTTP + ",outcome:bad} by {service}.as_count()"
    by_route = "sum:http.server.requests{" + _HTTP + ",outcome:bad} by {http.route}.as_count()"
    duration = "http.server.request.duration{" + _HTTP + "} by {service}"
    return Group(
        "Services: rate, errors, duration",
        "vivid_purple",
        (
            timeseries("Requests", {"requests": by_service}, display="bars"),
            timeseries(
                "Errors, %", {"bad": bad, "requests": by_service}, formulas=(("bad / requests * 100", "errors"),)
            ),
            timeseries(
                "p95 duration, s",
                {"p95": f"p95:{duration}"},
                markers=({"value": "y = 0.3", "display_type": "warning dashed", "label": "checkout objective"},),
            ),
            toplist("Failing routes", {"bad": by_route}, "bad", width=12),
        ),
    )


def _journeys() -> Group:
    runs = "sum:sightline.journey.runs{$env} by {journey,outcome}.as_count()"
    duration = "p95:sightline.journey.duration{$env} by {journey}"
    return Group(
        "Journeys",
        "vivid_orange",
        (
            note("A browser buys something against staging, day and night: when it cannot, customers cannot either."),
            timeseries("Runs by outcome", {"runs": runs}, display="bars", width=6),
            timeseries("p95 of a whole journey, s", {"p95": duration}, width=6),
        ),
    )


def _sum(metric: str, *more: str) -> str:
    return f"sum:{metric}{{{','.join((_KPI, *more))}}}.as_count()"


def _variable(name: str, default: str, values: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"name": name, "prefix": name, "available_values": list(values), "defaults": [default]}
