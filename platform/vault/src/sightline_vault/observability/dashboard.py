"""The cluster on one page, in the order in which one looks: promises, servers, Raft, audit, leases, what saves us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Document, Kind
from sightline_vault.model.naming import Naming
from sightline_vault.observability import signals, slos
from sightline_vault.observability.audit.counting import DENIED, EVENTS
from sightline_vault.observability.audit.ship import BEHIND, USED
from sightline_vault.observability.collect import CERTIFICATE, IS_LEADER
from sightline_vault.observability.metric_map import metrics
from sightline_vault.observability.widgets import group, number, slo, timeseries
from sightline_vault.seal.probe import LATENCY, OK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_vault.model.cluster import VaultClusterSpec
    from sightline_vault.observability.widgets import Widget

_AT = "$env,$service"


def document(spec: VaultClusterSpec) -> Document:
    """Return the dashboard."""
    placed, top = [], 0
    for title, widgets in _groups(spec):
        made, top = group(title, widgets, top=top)
        placed.append(made)
    body: dict[str, Any] = {
        "title": f"Vault: {spec.name} ({spec.env})",
        "description": f"How the cluster stands. What to do: {spec.alerts.runbooks}",
        "layout_type": "ordered",
        "reflow_type": "fixed",
        "tags": [f"team:{spec.team}"],
        "template_variables": [
            {"name": name, "prefix": name, "available_values": [], "defaults": [value]}
            for name, value in (each.split(":", 1) for each in Naming(spec).tags[:2])
        ],
        "widgets": placed,
    }
    return Document(Kind.DASHBOARD, spec.name, body)


def _groups(spec: VaultClusterSpec) -> Iterator[tuple[str, Sequence[Widget]]]:
    known, alerts = {name: each.datadog for name, each in metrics().items()}, spec.alerts
    availability, latency = slos.keys(spec)
    leads = f"{_AT},is_leader:true"
    handled, logged = known["vault_core_handle_request"], known["vault_audit_log_request"]
    yield "Promises", (slo("The API answers", availability), slo("The API is fast", latency))
    yield (
        "Servers",
        (
            number("Leaders", f"sum:{IS_LEADER}{{{_AT}}}"),
            number("May be lost", f"min:{known['vault_autopilot_failure_tolerance']}{{{leads}}}"),
            number("Days of the certificate", f"min:{CERTIFICATE}{{{_AT}}}", least=True),
            number("The seal's key works", f"min:{OK}{{{_AT}}}", least=True),
            timeseries("Leader", {"leader": f"max:{IS_LEADER}{{{_AT}}} by {{pod_name}}"}),
            timeseries("Requests", {"requests": f"sum:{handled}.count{{{_AT}}} by {{pod_name}}.as_count()"}),
            timeseries(
                "Slowest hundredth, ms",
                {"p99": f"max:{handled}.quantile{{{_AT},quantile:0.99}} by {{pod_name}}"},
                limit=alerts.latency_ms,
            ),
            timeseries("KMS, s", {"slowest": f"max:{LATENCY}{{{_AT}}}"}),
        ),
    )
    yield (
        "Raft",
        (
            timeseries(
                "Commits, ms",
                {"p99": f"max:{known['vault_raft_commitTime']}.quantile{{{_AT},quantile:0.99}}"},
                limit=alerts.commit_ms,
            ),
            timeseries(
                "Healthy", {"healthy": f"min:{known['vault_autopilot_node_healthy']}{{{leads}}} by {{node_id}}"}
            ),
            timeseries(
                "Leaders lost", {"lost": f"sum:{known['vault_core_leadership_lost']}.count{{{_AT}}}.as_count()"}
            ),
        ),
    )
    yield (
        "Audit",
        (
            timeseries("Requests by outcome", {"events": f"sum:{EVENTS}{{{_AT}}} by {{outcome}}.as_count()"}),
            timeseries(
                "Denied", {"denied": f"sum:{DENIED}{{{_AT}}} by {{mount_point}}.as_count()"}, limit=alerts.denied_in_5m
            ),
            timeseries("Volume, %", {"used": f"max:{USED}{{{_AT}}}"}, limit=alerts.audit_used_percent),
            timeseries("Waiting, bytes", {"waiting": f"max:{BEHIND}{{{_AT}}}"}),
            timeseries("Writing, ms", {"p99": f"max:{logged}.quantile{{{_AT},quantile:0.99}}"}),
        ),
    )
    yield (
        "Leases and tokens",
        (
            timeseries("Leases", {"leases": f"max:{known['vault_expire_num_leases']}{{{leads}}}"}, limit=alerts.leases),
            timeseries("Tokens made", {"tokens": f"sum:{known['vault_token_creation']}.count{{{_AT}}}.as_count()"}),
        ),
    )
    yield (
        "Snapshots and drills",
        (
            timeseries("Taken", {"taken": f"sum:{signals.SNAPSHOT_TAKEN}{{{_AT}}}.as_count()"}),
            timeseries(
                "Drills",
                {
                    "passed": f"sum:{signals.DRILL_PASSED}{{{_AT}}}.as_count()",
                    "failed": f"sum:{signals.DRILL_FAILED}{{{_AT}}}.as_count()",
                },
            ),
            timeseries(
                "Restore, s",
                {"seconds": f"max:{signals.DRILL_SECONDS}{{{_AT}}}"},
                limit=spec.snapshots.recovery_time_s,
            ),
        ),
    )
