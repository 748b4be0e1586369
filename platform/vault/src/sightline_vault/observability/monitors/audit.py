"""Audit: Vault stops answering when no device can write, so that each step towards it is watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.observability.audit.counting import DENIED, RAW
from sightline_vault.observability.audit.ship import BEHIND, USED
from sightline_vault.observability.collect import METRICS
from sightline_vault.observability.metric_map import metrics
from sightline_vault.observability.monitors.watch import Watch, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.model.cluster import VaultClusterSpec

_BEHIND = 64 << 20


def watches(spec: VaultClusterSpec, at: str) -> Iterator[Watch]:
    """Yield them."""
    known, used = metrics(), spec.alerts.audit_used_percent
    request, response = (known[f"vault_audit_log_{each}_failure"].datadog for each in ("request", "response"))
    yield Watch(
        "audit-blocked",
        "no audit device can write",
        f"sum(last_5m):sum:{request}.count{{{at}}}.as_count() + sum:{response}.count{{{at}}}.as_count() > 0",
        "{{value}} requests were refused because no audit device wrote them.",
        "audit-blocked",
        page=True,
        thresholds={"critical": 0},
    )
    # While nothing can be written, the metric above cannot be read either: reading it is a request, too.
    yield Watch(
        "metrics-refused",
        "a server refuses its metrics",
        check(METRICS, at, 4),
        "{{pod_name.name}} answers and refuses its metrics: no audit device can write, or the Agent's token has ended.",
        "audit-blocked",
        page=True,
        thresholds={"critical": 3, "ok": 1},
        type="service check",
    )
    if spec.software.product == "vault":
        yield Watch(
            "audit-device",
            "an audit device fails",
            f"sum(last_5m):sum:{known['vault_audit_sink_failure'].datadog}.count{{{at}}}.as_count() > 0",
            "A device failed {{value}} times. Vault goes on by the other one, and stops when that fails, too.",
            "audit-blocked",
            page=True,
            thresholds={"critical": 0},
        )
    yield Watch(
        "audit-volume",
        "the audit volume fills up",
        f"max(last_5m):max:{USED}{{{at}}} > {used}",
        "The audit volume is {{value}} % full.",
        "audit-blocked",
        page=True,
        thresholds={"critical": used, "warning": used * 0.8},
        silent=True,
    )
    yield Watch(
        "audit-behind",
        "audit events are not shipped",
        f"min(last_10m):max:{BEHIND}{{{at}}} > {_BEHIND}",
        "For ten minutes {{value}} bytes of audit events have waited to be shipped.",
        "audit-blocked",
        page=False,
        thresholds={"critical": _BEHIND},
    )
    yield Watch(
        "audit-raw",
        "an audit device writes tokens as they are",
        f"sum(last_5m):sum:{RAW}{{{at}}}.as_count() > 0",
        "{{value}} audit events held a token unhashed: a device has `log_raw`. None of it was shipped.",
        "denied-requests",
        page=True,
        thresholds={"critical": 0},
    )
    yield Watch(
        "denied",
        "many requests are denied",
        f"sum(last_5m):sum:{DENIED}{{{at}}}.as_count() > {spec.alerts.denied_in_5m}",
        "{{value}} requests were denied in five minutes.",
        "denied-requests",
        page=True,
        thresholds={"critical": spec.alerts.denied_in_5m, "warning": spec.alerts.denied_in_5m / 2},
    )
