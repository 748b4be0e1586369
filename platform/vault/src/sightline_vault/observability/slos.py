"""The API's objectives in the project's own form, which `sightline slo` compiles to SLOs and burn-rate monitors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_slo.compile import compile_specs
from sightline_vault.model.naming import Naming
from sightline_vault.observability.collect import IS_LEADER
from sightline_vault.observability.metric_map import metrics

if TYPE_CHECKING:
    from sightline_datadog.documents import Document
    from sightline_vault.model.cluster import VaultClusterSpec

AVAILABILITY, LATENCY = "availability", "latency"


_SCENARIOS = (
    {
        "name": "nobody leads for five minutes",
        "traffic": "600/m",
        "errors": "100%x5m 0x3h",
        "expect": {"page": "1m..1m", "ticket": "10m..10m"},
    },
)


def keys(spec: VaultClusterSpec) -> tuple[str, str]:
    """Return the keys under which both are pushed."""
    return f"{spec.name}-{AVAILABILITY}", f"{spec.name}-{LATENCY}"


def slos(spec: VaultClusterSpec) -> dict[str, Any]:
    """Return the document, `version: sightline/v1`."""
    naming, alerts = Naming(spec), spec.alerts
    calls = {"page_alert": {"notify": [*alerts.page]}, "ticket_alert": {"notify": [*alerts.ticket]}}
    where = f"env:{spec.env},service:{spec.name}"
    slow = metrics()["vault_core_handle_request"].datadog
    return {
        "version": "sightline/v1",
        "service": spec.name,
        "labels": {"team": spec.team, "env": spec.env},
        "slos": [
            {
                "name": AVAILABILITY,
                "description": "Requests that Vault answered, were it by a refusal.",
                "objective": 99.9,
                "runbook": naming.runbook("no-leader"),
                "sli": _answered(spec, where),
                "alerting": {"name": "VaultUnavailable", **calls},
                **({"tests": list(_SCENARIOS)} if spec.software.product == "vault" else {}),
            },
            {
                "name": LATENCY,
                "description": f"Time in which 99 of 100 requests took up to {alerts.latency_ms} ms.",
                "objective": 99.5,
                "runbook": naming.runbook("slow-commits"),
                "sli": {
                    "time_slice": {
                        "datadog": f"max:{slow}.quantile{{{where},quantile:0.99}}",
                        "comparator": "<=",
                        "threshold": alerts.latency_ms,
                    }
                },
                "alerting": {"name": "VaultSlow", **calls},
            },
        ],
    }


def documents(text: str) -> tuple[Document, ...]:
    """Compile the document's text, as `sightline slo compile` would.

    Raises:
        ValueError: It has errors, which none of ours has.
    """
    made = compile_specs({"slos.yaml": text})
    if made.broken:
        raise ValueError("; ".join(each.message for each in made.findings))
    return made.documents


def _answered(spec: VaultClusterSpec, where: str) -> dict[str, Any]:
    counted = metrics()["vault_core_response_status_code"]
    if spec.software.product == "openbao" and not counted.openbao:
        # OpenBao counts no status codes: time with a leader stands for them.
        led = {"datadog": f"sum:{IS_LEADER}{{{where}}}", "comparator": ">=", "threshold": 1, "slice": "1m"}
        return {"time_slice": led}
    failed = f"sum:{counted.datadog}.count{{{where},type:5xx}}.as_count()"
    total = f"sum:{counted.datadog}.count{{{where}}}.as_count()"
    return {"events": {"datadog": {"error_query": failed, "total_query": total}}}
