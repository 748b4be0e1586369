"""When a maintenance begins: its rule on the clock of its zone, where two in the morning stays two in the morning."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_slo.model import Maintenance


def occurrences(each: Maintenance, start: int, end: int) -> Iterator[int]:
    """Return when it begins, for every time that reaches into [start, end), in Unix seconds."""
    if each.rrule is None:
        if each.start < end and each.start + each.duration_s > start:
            yield each.start
        return
    # Few specs have a calendar.
    from sightline_datadog.evaluate import recurrence

    # One that ends where the time begins does not reach into it.
    yield from recurrence.occurrences(each.rrule, each.start, each.timezone, start - each.duration_s + 1, end)
