"""What the evaluator may ask of a running backend, for those who answer requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.look import Sources
from sightline_local.corrections import corrections_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_local.backend import Backend


def sources_of(backend: Backend) -> Sources:
    """Return the series, and the objects as they are now."""
    slos = {str(each["id"]): each for each in backend.objects.all("slo")}
    monitors = {str(each["id"]): each for each in backend.objects.all("monitor")}
    corrections = backend.objects.all("slo_correction")

    def of_slo(slo_id: str) -> Sequence[Mapping[str, Any]]:
        return corrections_of(slos.get(slo_id, {"id": slo_id}), corrections)

    store = backend.store
    return Sources(
        store.source,
        slos.get,
        store.checks,
        store.events,
        find_monitor=monitors.get,
        find_corrections=of_slo,
        find_history=backend.standings.history,
    )
