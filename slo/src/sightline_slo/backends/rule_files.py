"""`--backend prometheus`: a file of rules for each service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo.backends.prometheus import groups
from sightline_slo.backends.prometheus_yaml import rules
from sightline_slo.model import Backend
from sightline_slo.outputs import by_service

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_slo.model import Slo, Spec
    from sightline_slo.outputs import Loss

MEASURED_BY = Backend.PROMETHEUS


def files(specs: Sequence[Spec]) -> Iterator[tuple[str, str]]:
    """Give one document a file: Prometheus loads only the first."""
    for name, slos in by_service(specs).items():
        found = [group for slo in slos for group in groups(slo)]
        if found:
            yield f"{name}.yaml", rules(found)


def unsaid(_slo: Slo) -> tuple[Loss, ...]:
    """Nothing beyond the verdict."""
    return ()


def whole(specs: Sequence[Spec]) -> str:
    """Return all the rules as one document."""
    found = [group for slos in by_service(specs).values() for slo in slos for group in groups(slo)]
    return rules(found) if found else ""
