"""Service checks as the evaluator counts them: a `CheckSource` over the records that DogStatsD's checks become."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.matching import by_key, matches
from sightline_datadog.query import tree
from sightline_local.store.events import records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.query.alerts import ServiceCheck

    Rows = Callable[..., list[tuple[Any, ...]]]

KEPT_S = 26 * 3600
"""Longer than the day after which a silent check has no data."""
KIND = "service check"
_OWN = frozenset({"at", "check", "check_status", "dogstatsd", "message", "status"})


class StoreChecks:
    """Implements `sightline_datadog.evaluate.look.CheckSource`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def statuses(
        self, query: ServiceCheck, by: Sequence[str], count: int, now: int
    ) -> Mapping[Group, Sequence[tuple[int, int]]]:
        """Return the last `count` (second, status) of each group of the last day, the newest last."""
        wanted, excluded = _texts(query, "over"), _texts(query, "exclude")
        found: dict[Group, deque[tuple[int, int]]] = defaultdict(lambda: deque(maxlen=max(count, 1)))
        for event in records(self._rows, (max(now - KEPT_S, 0), now), KIND):
            tags = [f"{key}:{value}" for key, value in event.items() if key not in _OWN]
            values = by_key(tags)
            if event.get("check") != query.check or any(_has(text, values) for text in excluded):
                continue
            if all(_has(text, values) for text in wanted):
                chosen = [tag for tag in tags if by == ("*",) or tag.partition(":")[0] in by]
                if by == ("*",) or len(chosen) == len(by):
                    found[tuple(sorted(chosen))].append((event["at"], int(event["check_status"])))
        return {group: list(each) for group, each in found.items()}


def _texts(query: ServiceCheck, name: str) -> list[str]:
    calls = [call for call in query.calls if call.name == name]
    return [part.strip("\"' ") for call in calls for text in call.arguments for part in text.strip("\"' ").split(",")]


def _has(text: str, values: Mapping[str, tuple[str, ...]]) -> bool:
    return matches(tree.Term(text), values)
