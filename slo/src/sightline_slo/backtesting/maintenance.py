"""Time that does not count, taken out of a history: neither its failures nor its events are there."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


def occurrences(each: Maintenance, start: int, end: int) -> Iterator[int]:
    """Return when it begins, for every time that reaches into [start, end), in Unix seconds."""
    if each.rrule is None:
        if each.start < end and each.start + each.duration_s > start:
            yield each.start
        return
    from dateutil.rrule import rrulestr

    # On the clock of its zone: two in the morning stays two in the morning when summer time begins.
    zone = zoneinfo.ZoneInfo(each.timezone)
    rule = rrulestr(each.rrule, dtstart=dt.datetime.fromtimestamp(each.start, zone))
    after = dt.datetime.fromtimestamp(start - each.duration_s, zone)
    before = dt.datetime.fromtimestamp(end, zone)
    for moment in rule.between(after, before):
        yield int(moment.timestamp())
