"""Time that does not count, taken out of a history: neither its failures nor its events are there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sightline_slo.recurrence import occurrences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_slo.backtesting.history import History
    from sightline_slo.model import Maintenance


def without(history: History, calendar: Sequence[Maintenance]) -> History:
    """Return a history without what lies in a calendar; a step that is partly in it is out as a whole."""
    if not calendar:
        return history
    counts = np.ones(len(history.total), dtype=np.bool_)
    for each in calendar:
        for start in occurrences(each, history.start, history.end):
            first = (start - history.start) // history.step_s
            last = -(-(start + each.duration_s - history.start) // history.step_s)
            counts[max(first, 0) : max(last, 0)] = False
    return replace(history, bad=np.where(counts, history.bad, 0.0), total=np.where(counts, history.total, 0.0))
