"""Runs the command line in this process, and says what came of it."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from typing import NamedTuple

from sightline_slo.commands.sloth import report
from sightline_slo.sloth.run import main


class Answer(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str


def sloth(*arguments: str, environment: dict[str, str] | None = None) -> Answer:
    """Run Sloth's command line; without a home there is no cache."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stderr(err):
        code = main(arguments, out, environment or {}, report)
    return Answer(code, out.getvalue(), err.getvalue())


SPEC = """\
version: "prometheus/v1"
service: "cart"
labels:
  owner: "shop"
  tier: "2"
slos:
  # One of a thousand may fail.
  - name: "availability"
    objective: 99.9
    description: "Requests that succeed."
    sli:
      events:
        error_query: sum(rate(http_requests_total{service="cart",code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total{service="cart"}[{{.window}}]))
    alerting:
      name: CartAvailability
      annotations:
        runbook: https://runbooks.invalid/cart#availability
      page_alert:
        labels:
          severity: pageteam
      ticket_alert:
        labels:
          channel: "#cart"
"""
CRD = """\
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata:
  name: cart
  namespace: monitoring
spec:
  service: cart
  slos:
    - name: availability
      objective: 99.9
      sli:
        raw:
          errorRatioQuery: avg_over_time(cart_errors:ratio[{{.window}}])
      alerting:
        name: CartAvailability
        pageAlert:
          disable: true
"""
OPENSLO = """\
apiVersion: openslo/v1alpha
kind: SLO
metadata:
  name: availability
spec:
  service: cart
  objectives:
    - ratioMetrics:
        good: {source: prometheus, queryType: promql, query: 'sum(rate(good_total[{{.window}}]))'}
        total: {source: prometheus, queryType: promql, query: 'sum(rate(all_total[{{.window}}]))'}
      target: 0.999
"""
