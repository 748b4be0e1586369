"""What the evaluator may ask of a running backend, for those who answer requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.look import Sources

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

    return Sources(backend.store.source, slos.get, find_monitor=monitors.get, find_corrections=of_slo)


def corrections_of(slo: Mapping[str, Any], corrections: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the attributes of the corrections of an SLO: those by its id, and those whose query finds its tags."""
    tags = {str(tag) for tag in slo.get("tags") or ()}
    found = [each["attributes"] for each in corrections]
    return [each for each in found if each.get("slo_id") == slo["id"] or _finds(each.get("slo_query"), tags)]


def _finds(query: object, tags: set[str]) -> bool:
    # The vendor's query language for SLOs is a search; tags side by side, all of which are there, are what it is for.
    words = str(query or "").replace(" AND ", " ").split()
    return bool(words) and all(word in tags for word in words)
