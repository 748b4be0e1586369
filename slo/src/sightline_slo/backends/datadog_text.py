"""What an alert says to the person it wakes: what happens, how bad it is, where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo.windows.spell import datadog

if TYPE_CHECKING:
    from sightline_slo.model import Slo, Window


def title(slo: Slo, window: Window) -> str:
    """Return the monitor's name: `PaymentFailures: payments burns its budget (page, 1h/5m)`."""
    return f"{slo.alert_name}: {slo.key} burns its budget ({window.severity}, {pair(window)})"


def pair(window: Window) -> str:
    """Return both windows: `1h/5m`."""
    return f"{datadog(window.long_s)}/{datadog(window.short_s)}"


def message(slo: Slo, window: Window) -> str:
    """Return the monitor's message, with the vendor's variables in it."""
    long = datadog(window.long_s)
    burns = f"{slo.key} burns its error budget {{{{long_window_burn_rate}}}} times too fast over {long}"
    short = f"and {{{{short_window_burn_rate}}}} times over {datadog(window.short_s)} (threshold {window.burn_rate:g})."
    gone = f"At the threshold, {window.budget_percent:g} % of the budget of {slo.period} is gone within {long};"
    lines = [
        "{{#is_alert}}",
        f"{burns} {short}",
        f"{gone} the objective is {slo.objective:g} %.",
        "{{/is_alert}}",
        f"{{{{#is_recovery}}}}{slo.key} is back below the threshold.{{{{/is_recovery}}}}",
    ]
    alert = slo.alerts[window.severity]
    lines += [f"{key}: {value}" for key, value in sorted(alert.annotations.items())]
    if alert.notify:
        lines.append(" ".join(alert.notify))
    return "\n".join(lines)
