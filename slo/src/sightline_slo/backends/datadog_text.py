"""What an alert says to the person it wakes: what happens, how bad it is, where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo.spelling import number
from sightline_slo.windows.spell import datadog

if TYPE_CHECKING:
    from sightline_slo.model import BudgetAlert, Severity, Slo, Window


def title(slo: Slo, window: Window) -> str:
    """Return the monitor's name: `PaymentFailures: payments burns its budget (page, 1h/5m)`."""
    return f"{slo.alert_name}: {slo.key} burns its budget ({window.severity}, {pair(window)})"


def pair(window: Window) -> str:
    """Return both windows: `1h/5m`."""
    return f"{datadog(window.long_s)}/{datadog(window.short_s)}"


def message(slo: Slo, window: Window) -> str:
    """Return the monitor's message, with the vendor's variables in it."""
    long = datadog(window.long_s)
    if slo.guard.min_events is None and slo.guard.min_failures is None:
        burns = f"{slo.key} burns its error budget {{{{long_window_burn_rate}}}} times too fast over {long}"
        short = f"and {{{{short_window_burn_rate}}}} times over {datadog(window.short_s)}"
    else:  # a composite has no such variables
        burns = f"{slo.key} burns its error budget too fast over {long}"
        short = f"and over {datadog(window.short_s)}"
    gone = f"At the threshold, {window.budget_percent:g} % of the budget of {slo.period} is gone within {long};"
    lines = [
        "{{#is_alert}}",
        f"{burns} {short} (threshold {window.burn_rate:g}).",
        f"{gone} the objective is {slo.objective:g} %.",
        "{{/is_alert}}",
        f"{{{{#is_recovery}}}}{slo.key} is back below the threshold.{{{{/is_recovery}}}}",
    ]
    return "\n".join(lines + _end(slo, window.severity))


def part_message(slo: Slo, window: Window) -> str:
    """Return what a part of a composite says to whoever finds it."""
    return f"A part of the monitor `{title(slo, window)}`, which notifies. This one notifies nobody."


def budget_message(slo: Slo, alert: BudgetAlert) -> str:
    """Return what the alert on a budget says."""
    used = f"{slo.key} has used {{{{value}}}} % of its error budget of {slo.period}"
    text = f"{used} (threshold {number(alert.used_percent)}); the objective is {slo.objective:g} %."
    return "\n".join([f"{{{{#is_alert}}}}{text}{{{{/is_alert}}}}", *_end(slo, alert.severity)])


def _end(slo: Slo, severity: Severity) -> list[str]:
    alert = slo.alerts[severity]
    known = {**({"runbook": slo.runbook} if slo.runbook else {}), **alert.annotations}
    lines = [f"{key}: {value}" for key, value in sorted(known.items())]
    return [*lines, " ".join(alert.notify)] if alert.notify else lines
