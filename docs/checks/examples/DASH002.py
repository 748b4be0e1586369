"""A board."""

from typing import Any

from sightline_dashboards.layout import Group, place
from sightline_dashboards.widgets import timeseries

KEY = "payments"


def build() -> dict[str, Any]:
    """Return the dashboard's body."""
    return {
        "title": "Payments",
        "layout_type": "ordered",
        "widgets": place([Group("Business", "vivid_blue", (
            timeseries("Errors, %", {"bad": "sum:payments.failed{*}.as_count()"}, formulas=(("failed * 100", "errors"),)),
        ))]),
    }
