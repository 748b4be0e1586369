"""A disruption budget that never allows one holds up every node's drain, and with it every upgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.pods import templates
from sightline_kube.rules import Finding
from sightline_kube.selecting import matches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sightline_kube.manifests import Bundle, Manifest

CODE = "KUBE017"
SEVERITY = Severity.ERROR


def check(bundle: Bundle) -> Iterator[Finding]:
    """Refuse a budget under which no pod of its workloads may go."""
    for budget in bundle.of("PodDisruptionBudget"):
        count = replicas(bundle, budget)
        least, most = budget.get("spec", "minAvailable"), budget.get("spec", "maxUnavailable")
        # Percentages of healthy pods round up, those of disrupted ones, too: 1 % of 3 is one pod.
        if most is not None and _part(most, count or 1) == 0:
            yield _finding(budget, "maxUnavailable", "allows no disruption at all")
        elif count and least is not None and _part(least, count) >= count:
            yield _finding(budget, "minAvailable", f"wants all {count} pods, and allows no disruption")


def replicas(bundle: Bundle, budget: Manifest) -> int:
    """Return how many pods a budget is about, 0 where that is not known."""
    total = 0
    for pod in templates(bundle):
        same = pod.namespace == budget.effective_namespace
        if (
            same
            and pod.owner.kind in {"Deployment", "StatefulSet"}
            and matches(budget.get("spec", "selector"), pod.labels)
        ):
            found = pod.owner.get("spec", "replicas")
            total += found if isinstance(found, int) else 1
    return total


def _part(value: Any, count: int) -> int:
    if isinstance(value, str) and value.endswith("%") and value[:-1].isdigit():
        return -(-int(value[:-1]) * count // 100)
    return value if isinstance(value, int) else 1


def _finding(budget: Manifest, field: str, what: str) -> Finding:
    return Finding(
        budget,
        f"{budget} {what}",
        budget.at("spec", field),
        "a node with such a pod is never drained",
        "set `maxUnavailable: 1`, and run more pods than one",
    )
