"""`alerting:` and `windows:` of the native form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo.durations import seconds
from sightline_slo.model import Alert, BudgetAlert, Severity
from sightline_slo.windows import catalogues, window

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Span
    from sightline_slo.dialects._filled import Filled
    from sightline_slo.model import Window
    from sightline_slo.windows import Catalogue


def alerts(at: Filled) -> dict[Severity, Alert]:
    """Read the alerts of each severity: its own labels and annotations win over those of both."""
    labels, annotations, notify = at.texts("labels"), at.texts("annotations"), at.list("notify")
    made = {}
    for severity in Severity:
        own = at.inner(f"{severity}_alert")
        made[severity] = Alert(
            not own.value.get("disable", False),
            {**labels, **own.texts("labels")},
            {**annotations, **own.texts("annotations")},
            own.list("notify") or notify,
        )
    return made


def budget_alert(at: Filled) -> BudgetAlert | None:
    """Read the alert on the period's budget."""
    if not at.has("budget_alert"):
        return None
    inner = at.inner("budget_alert")
    return BudgetAlert(float(inner.value["used"]), Severity(inner.text("severity", "ticket")))


def label_places(at: Filled) -> dict[str, Span]:
    """Return where the labels of the alerts stand."""
    places: dict[str, Span] = at.key_spans("labels")
    for severity in Severity:
        places |= at.inner(f"{severity}_alert").key_spans("labels")
    return places


def windows(levels: tuple[Filled, ...], catalogue: Catalogue, period_s: int) -> tuple[Window, ...]:
    """Return the windows of the first level that names any, else those of the catalogue."""
    at = next((each for each in levels if each.has("windows")), None)
    if at is None:
        return _of(catalogue, period_s)
    value = at.value["windows"]
    if isinstance(value, str):
        return _of(catalogues()[value], period_s)
    return tuple(_window(each, period_s) for each in value)


def _of(catalogue: Catalogue, period_s: int) -> tuple[Window, ...]:
    table = catalogue.get(period_s)
    return table.windows if table else ()


def _window(data: Mapping[str, str | float], period_s: int) -> Window:
    pair = (seconds(str(data["long"])) or 0, seconds(str(data["short"])) or 0)
    rate, budget = data.get("burn_rate"), data.get("budget")
    return window(
        str(data["name"]),
        Severity(str(data["severity"])),
        period_s,
        pair,
        burn_rate=None if rate is None else float(rate),
        budget=None if budget is None else float(budget),
    )
