"""`--backend prometheus-rule`: an object of the Prometheus Operator for each service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo.backends.prometheus import groups
from sightline_slo.backends.prometheus_yaml import rule_object
from sightline_slo.model import Backend
from sightline_slo.outputs import by_service

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_slo.model import Slo, Spec
    from sightline_slo.outputs import Loss

MEASURED_BY = Backend.PROMETHEUS


def files(specs: Sequence[Spec]) -> Iterator[tuple[str, str]]:
    """Give one object a file, whose name and labels are those of the Kubernetes object that the SLOs came from."""
    heads = {slo.service: spec.kubernetes for spec in specs for slo in spec.slos}
    for service, slos in by_service(specs).items():
        found = [group for slo in slos for group in groups(slo)]
        head = heads[service]
        if found and head is not None:
            meta = {"labels": {**_labels(slos), **head.labels}, "annotations": head.annotations}
            yield f"{service}.yaml", rule_object(head.name, found, meta, head.namespace)
        elif found:
            yield f"{service}.yaml", rule_object(f"slo-{service}", found, {"labels": _labels(slos)})


def unsaid(_slo: Slo) -> tuple[Loss, ...]:
    """Nothing beyond the verdict."""
    return ()


def whole(specs: Sequence[Spec]) -> str:
    """Return every object, one document each, as `kubectl apply -f -` takes them."""
    return "---\n".join(text for _, text in files(specs))


def _labels(slos: list[Slo]) -> dict[str, str]:
    return {"app.kubernetes.io/managed-by": "sightline", "app.kubernetes.io/part-of": slos[0].service}
