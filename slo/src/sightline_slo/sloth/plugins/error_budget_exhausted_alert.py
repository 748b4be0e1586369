"""`sloth.dev/contrib/error_budget_exhausted_alert/v1`: an alert on what is left of the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_slo.sloth import gofmt
from sightline_slo.sloth.model import Rule
from sightline_slo.sloth.plugins.config import Config
from sightline_slo.sloth.rules import identity

if TYPE_CHECKING:
    from sightline_slo.sloth.model import Request, Rules
    from sightline_slo.sloth.plugins import Process

_KEYS = frozenset({"threshold", "for", "annotations", "alert_name", "selector_labels", "alert_labels"})
_FOR_MS = 5 * 60_000


def new_plugin(config: Any) -> Process:
    """Alert where no more than `threshold` of the budget is left for as long as `for`."""
    settings = Config(config, known=_KEYS)
    threshold, for_ms = settings.number("threshold"), settings.duration("for") or _FOR_MS
    name = settings.text("alert_name") or "ErrorBudgetExhausted"
    annotations, chosen, labels = (
        settings.texts(each) or {} for each in ("annotations", "selector_labels", "alert_labels")
    )

    def process(request: Request, rules: Rules) -> None:
        slo = request.slo
        matched = {**identity(slo), "sloth_id": f"{slo.service}-{slo.name}", **slo.labels, **chosen}
        matchers = ", ".join(f"{key}={gofmt.quoted(matched[key])}" for key in sorted(matched))
        expr = f"slo:period_error_budget_remaining:ratio{{{matchers}}} <= {gofmt.shortest(threshold)}"
        rules.alerts.rules.append(Rule("", name, expr, for_ms, labels, dict(annotations)))

    return process
