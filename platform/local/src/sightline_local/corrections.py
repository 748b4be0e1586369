"""Which corrections are an SLO's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.corrections import finds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def corrections_of(slo: Mapping[str, Any], corrections: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the attributes of the corrections of an SLO: those by its id, and those whose query finds its tags."""
    found = [each["attributes"] for each in corrections]
    return [each for each in found if each.get("slo_id") == slo["id"] or finds(str(each.get("slo_query") or ""), slo)]
