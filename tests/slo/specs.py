"""Specs for tests, in one line each where one part matters."""

from __future__ import annotations

from pathlib import Path

SHOP = Path(__file__).resolve().parents[2] / "slo" / "specs" / "shop"

BAD = "sum:pay.failed{*}.as_count()"
TOTAL = "sum:pay.attempted{*}.as_count()"


def spec(
    name: str = "success", *, objective: object = 99.5, period: str = "30d", bad: str = BAD, more: str = ""
) -> str:
    """Return one SLO of the service `pay`; `more` are lines of the SLO, at its indentation."""
    return (
        f"version: datadog/v1\nservice: pay\nslos:\n  - name: {name}\n    objective: {objective}\n"
        f"    period: {period}\n    sli:\n      events:\n        error_query: {bad}\n"
        f"        total_query: {TOTAL}\n{more}"
    )


FULL = f"""\
version: datadog/v1
service: pay
labels:
  team: checkout
vars:
  env: prod
slos:
  - name: success
    description: Payments that the system did not fail.
    objective: 99.5
    period: 30d
    labels:
      tier: gold
    sli:
      events:
        good_query: sum:pay.good{{env:${{env}}}}.as_count()
        total_query: {TOTAL}
    alerting:
      name: PaymentsFail
      notify: ["@slack-pay"]
      labels:
        area: money
      annotations:
        runbook: https://runbooks.example/pay
      page_alert:
        disable: false
        notify: ["@pagerduty-pay"]
        labels:
          urgency: high
        annotations:
          dashboard: https://boards.example/pay
      ticket_alert:
        disable: true
"""
"""Every key that the dialect knows."""
