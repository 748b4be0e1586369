"""Which corrections are an SLO's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def corrections_of(slo: Mapping[str, Any], corrections: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the attributes of the corrections of an SLO: those by its id, and those whose query finds its tags."""
    tags = {str(tag) for tag in slo.get("tags") or ()}
    found = [each["attributes"] for each in corrections]
    return [each for each in found if each.get("slo_id") == slo["id"] or _finds(each.get("slo_query"), tags)]


def _finds(query: object, tags: set[str]) -> bool:
    # The vendor's query language for SLOs is a search; tags side by side, all of which are there, are what it is for.
    words = str(query or "").replace(" AND ", " ").split()
    return bool(words) and all(word in tags for word in words)
