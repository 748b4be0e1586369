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
            timeseries("Payments", {"paid": "sum:payments.attempted{*}.as_count()"}, width=2),
        ))]),
    }
