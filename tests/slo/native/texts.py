"""Native specs for tests."""

from __future__ import annotations

from sightline_slo.compile import Compiled, Options, compile_specs
from sightline_slo.model import Backend

BOTH = tuple(Backend)

FULL = """\
version: sightline/v1
service: pay
owner: checkout
runbook: https://runbooks.example/pay
labels: {team: checkout}
vars: {env: prod}
period: 7d
windows: datadog
maintenance:
  - {start: "2026-01-04T02:00", duration: 2h, rrule: FREQ=WEEKLY;BYDAY=SU}
slos:
  - name: http
    description: Answered in ${env}.
    objective: 99.5
    period: 30d
    labels: {tier: gold}
    owner: payments
    runbook: https://runbooks.example/http
    by: [http.route]
    sli:
      http: {measure: latency, within: 300ms, service: orders, route: /checkout, method: POST, traffic: load}
    budget: events
    windows:
      - {name: fast, severity: page, long: 1h, short: 5m, burn_rate: 14.4}
      - {name: slow, severity: ticket, long: 24h, short: 2h, budget: 10}
    guard: {min_events: 100, min_failures: 2}
    maintenance:
      - start: "2026-03-01T02:00"
        duration: 1h
        timezone: Europe/Rome
        rrule: FREQ=DAILY;COUNT=3
        category: Deployment
        description: The weekly deployment.
    alerting:
      name: PayErrors
      labels: {area: money}
      annotations: {board: https://boards.example}
      notify: ["@slack-pay"]
      page_alert:
        disable: false
        labels: {urgency: high}
        annotations: {call: the team}
        notify: ["@pagerduty-pay"]
      ticket_alert: {disable: true}
      budget_alert: {used: 90, severity: page}
    suppress:
      - {code: SLO016, reason: it is a report only, until: "2099-01-01"}
  - name: kpi
    objective: 99
    sli:
      kpi:
        good: {metric: shop.orders.placed, where: {outcome: accepted}}
        total: {metric: shop.orders.placed}
        traffic: any
  - name: journey
    objective: 99
    sli:
      journey: {name: buy, location: local, within: 10s}
  - name: events
    objective: 99
    sli:
      events:
        prometheus:
          error_query: sum(rate(bad_total[{{.window}}]))
          total_query: sum(rate(all_total[{{.window}}]))
        datadog:
          good_query: sum:good{env:${env}}.as_count()
          total_query: sum:all{env:${env}}.as_count()
  - name: raw
    objective: 99
    sli:
      raw: {error_ratio_query: "1 - avg_over_time(up[{{.window}}])"}
    budget: averaged
  - name: slices
    objective: 99
    sli:
      time_slice:
        prometheus: max(queue_length)
        datadog: max:queue.length{*}
        comparator: "<"
        threshold: 100
        slice: 1m
  - name: monitor
    objective: 99
    sli:
      monitor: {ids: ["123", 456]}
"""
"""Every key of the form, but tests."""


def slo(sli: str = "http: {}", *, more: str = "", objective: object = 99.5) -> str:
    """Return one SLO of the service `pay`; `more` are lines of the SLO, at its indentation."""
    return (
        f"version: sightline/v1\nservice: pay\nslos:\n  - name: success\n    objective: {objective}\n"
        f"    sli:\n      {sli}\n{more}"
    )


def compiled(text: str, *backends: Backend, rewrites: bool = True) -> Compiled:
    """Compile one file for some backends."""
    return compile_specs({"a.yaml": text}, Options(backends=backends, rewrites=rewrites))


def codes(text: str, *backends: Backend) -> list[str]:
    """Return the codes of everything that is found."""
    return [each.code for each in compiled(text, *backends).findings]
