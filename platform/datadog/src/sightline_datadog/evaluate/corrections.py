"""Corrections of SLOs: when time does not count.

https://docs.datadoghq.com/service_level_objectives/#slo-status-corrections
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.intervals import Interval, merged, within
from sightline_datadog.evaluate.matching import by_key, matches
from sightline_datadog.evaluate.recurrence import occurrences
from sightline_datadog.query.problems import QuerySyntaxError
from sightline_datadog.query.scanner import Scanner
from sightline_datadog.query.search import parse_search

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def finds(query: str, slo: Mapping[str, Any]) -> bool:
    """Whether a correction's `slo_query` finds an SLO, given its body: a search of its tags.

    An empty one, or one that cannot be read, finds none.
    """
    try:
        where = parse_search(Scanner(query))
    except QuerySyntaxError:
        return False
    return bool(query.strip()) and matches(where, by_key([str(tag) for tag in slo.get("tags") or ()]))


def periods(corrections: Sequence[Mapping[str, Any]], window: Interval) -> list[Interval]:
    """Return the parts of a window that corrections cover, given their `attributes`.

    One is from `start` to `end`, or for `duration` seconds at every time that its `rrule` names; one without an end
    lasts.

    Raises:
        NotEvaluatedError: a rule cannot be read.
    """
    return merged(piece for each in corrections for piece in within(_stretches(each, window), window))


def _stretches(correction: Mapping[str, Any], window: Interval) -> list[Interval]:
    start, (_, last) = int(correction["start"]), window
    duration = int(correction.get("duration") or 0)
    rule = correction.get("rrule")
    if not rule:
        end = correction.get("end")
        return [(start, int(end) if end is not None else start + duration if duration else last)]
    zone = str(correction.get("timezone") or "UTC")
    found = occurrences(str(rule), start, zone, window[0] - duration, last)
    return [(moment, moment + duration) for moment in found]
