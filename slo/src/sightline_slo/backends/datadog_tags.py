"""The tags of everything that is compiled of an SLO."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sightline_slo.model import Slo


def tags(slo: Slo, *more: str) -> list[str]:
    """Return them in order, as the vendor returns them."""
    labels = {f"{key}:{value}" for key, value in slo.labels.items()}
    owner = {f"owner:{slo.owner.lower()}"} if slo.owner else set()
    return sorted({*labels, *owner, f"service:{slo.service}", f"slo:{slo.key}", *more})
