"""Good bodies of what is sent and asked besides objects: queries, events, checks, deployments, gate evaluations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FROM, TO = 1_799_996_400_000, 1_800_000_000_000


def question(kind: str, *queries: dict[str, Any], formula: Any = "a", **values: Any) -> dict[str, Any]:
    """Return a question of the newer form."""
    chosen = queries or ({"data_source": "metrics", "name": "a", "aggregator": "avg", "query": "avg:system.load.1{*}"},)
    said = {"from": FROM, "to": TO, "queries": list(chosen), "formulas": [{"formula": formula}], **values}
    return {"data": {"type": f"{kind}_request", "attributes": said}}


def logs(name: str, *facets: str) -> dict[str, Any]:
    """Return a query that counts logs."""
    return {
        "data_source": "logs",
        "name": name,
        "compute": {"aggregation": "count"},
        "indexes": ["*"],
        "search": {"query": "service:web"},
        "group_by": [{"facet": each} for each in facets],
    }


def slo(name: str, slo_id: str, measure: str) -> dict[str, Any]:
    """Return a query of an SLO."""
    shared = {"data_source": "slo", "name": name, "slo_id": slo_id, "measure": measure}
    return {**shared, "slo_query_type": "metric", "group_mode": "overall", "additional_query_filters": "*"}


def bodies(body: Callable[..., Any], attributes: Callable[..., Any]) -> dict[tuple[str, str], list[Any]]:
    """Return the good bodies of every (application, path) that takes one."""
    times = {"started_at": 1_700_000_000 * 10**9, "finished_at": 1_700_000_060 * 10**9}
    failure = {"services": ["shop"], "name": "down", "severity": "High", "git": {"commit_sha": "a" * 40}}
    judged = {"change_failure": True, "remediation": {"id": "a", "type": "rollback"}}
    window = {"from": "2023-11-14T00:00:00Z", "to": "2023-11-15T00:00:00Z", "limit": 10}
    limited = {"formula": "a / b", "limit": {"count": 10, "order": "asc"}}
    both = (logs("a", "service"), slo("b", "0123456789abcdef0123456789abcdef", "slo_status"))
    run = {"check": "app.ok", "host_name": "h", "status": 0, "message": "m", "tags": ["env:demo"]}
    return {
        ("api", "/api/v2/query/timeseries"): [
            body(question("timeseries", interval=60_000)),
            body(question("timeseries", *both, formulas=[limited], interval=300_000)),
        ],
        ("api", "/api/v2/query/scalar"): [
            body(question("scalar")),
            body(question("scalar", *both, formulas=[limited])),
        ],
        ("api", "/api/v1/events"): [body({"title": "t", "text": "x", "tags": ["env:demo"], "alert_type": "error"})],
        ("api", "/api/v1/check_run"): [body([run])],
        ("api", "/api/v2/dora/deployment"): [body(attributes("dora_deployment", service="shop", env="demo", **times))],
        ("api", "/api/v2/dora/deployments/{id}"): [body(attributes("dora_deployment_patch_request", **judged))],
        ("api", "/api/v2/dora/failure"): [body(attributes("dora_failure", **failure, **times))],
        ("api", "/api/v2/dora/incident"): [body(attributes("dora_failure", **failure, **times))],
        ("api", "/api/v2/dora/deployments"): [body(attributes("dora_deployments_list_request", **window))],
        ("api", "/api/v2/dora/failures"): [body(attributes("dora_failures_list_request", **window))],
        ("api", "/api/v2/deployments/gates/evaluation"): [
            body(attributes("deployment_gates_evaluation_request", service="shop", env="prod", identifier="one"))
        ],
    }
