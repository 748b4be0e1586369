"""What an alert says to the person it wakes: what happens, how bad it is, where to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sightline_slo.model import Slo
    from sightline_slo.windows import Window


def title(slo: Slo, window: Window) -> str:
    """Return the monitor's name: `PaymentFailures: payments burns its budget (page, 1h/5m)`."""
    return f"{slo.alert_name}: {slo.key} burns its budget ({window.severity}, {window.long}/{window.short})"


def message(slo: Slo, window: Window) -> str:
    """Return the monitor's message, with the vendor's variables in it."""
    burns = f"{slo.key} burns its error budget {{{{long_window_burn_rate}}}} times too fast over {window.long}"
    short = f"and {{{{short_window_burn_rate}}}} times over {window.short} (threshold {window.burn_rate:g})."
    gone = f"At the threshold, {window.budget_percent:g} % of the budget of {slo.period} is gone within {window.long};"
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
