"""Whether a strict reader would have something to say of what an SLO means: a few comparisons for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_slo.sloth.model import Spec, Windows


def is_odd(spec: Spec, catalogue: Mapping[int, Windows]) -> bool:
    """Whether an alert cannot fire, none is left, or a label of Sloth's own is overridden."""
    for slo in spec.slos:
        windows = catalogue.get(slo.period_ms)
        if windows is None:
            return True
        budget = 1 - slo.objective / 100
        if budget <= 0 or windows.page_quick.factor * budget >= 1:
            return True
        if slo.page.disable and slo.ticket.disable and spec.mode != "cli-gen-openslo":
            return True
        if any(each.startswith("sloth_") for each in slo.labels):
            return True
    return False
