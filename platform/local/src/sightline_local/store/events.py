"""Logs and events as the evaluator measures them: an `EventSource` over the log records."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING, Any

import orjson

from sightline_datadog.evaluate.aggregate import joined
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.searching import finds, held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.query.alerts import SearchAlert

    Rows = Callable[..., list[tuple[Any, ...]]]

MOST = 200_000
"""A window with more records is not searched: it would hold up every other monitor."""
_KINDS = {"logs": None, "events": "event"}


class StoreEvents:
    """Implements `sightline_datadog.evaluate.look.EventSource`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def measure(
        self, query: SearchAlert, by: Sequence[str], window: tuple[int, int], method: str, measure: str
    ) -> Mapping[Group, float]:
        """Measure what the search finds, per group; a record without a facet is in no group.

        Raises:
            NotEvaluatedError: the source is not kept here, or too many records are in the window.
        """
        if query.source not in _KINDS:
            raise NotEvaluatedError(f"the events of `{query.source}` are not kept here")
        values: dict[Group, list[Any]] = defaultdict(list)
        for event in records(self._rows, window, _KINDS[query.source]):
            if not finds(query.where, event):
                continue
            value = held(measure, event) if measure else 1.0
            if value is None:
                continue
            for group in _groups(event, by):
                values[group].append(value)
        return {group: _measured(method, each) for group, each in values.items()}


def records(rows: Rows, window: tuple[int, int], kind: str | None) -> Iterator[dict[str, Any]]:
    """Return the records of a window as a search sees them, oldest first; `kind` is DogStatsD's, None for logs.

    Raises:
        NotEvaluatedError: there are too many.
    """
    found = rows(
        "SELECT at_ns, service, level, message, env, attributes FROM logs WHERE at_ns >= ? AND at_ns < ? "
        "ORDER BY at_ns LIMIT ?",
        (window[0] * 10**9, window[1] * 10**9, MOST + 1),
    )
    if len(found) > MOST:
        raise NotEvaluatedError(f"more than {MOST} records are in the window")
    for at_ns, service, level, message, env, attributes in found:
        event: dict[str, Any] = {}
        _flatten(orjson.loads(attributes or b"{}"), "", event)
        if event.get("dogstatsd") != kind:
            continue
        event |= {"service": service, "status": level, "message": message, "at": at_ns // 10**9}
        if env is not None:
            event["env"] = env
        yield event


def _flatten(value: Any, name: str, into: dict[str, Any]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _flatten(inner, f"{name}.{key}" if name else str(key), into)
    elif value is not None:
        into[name] = value


def _groups(event: Mapping[str, Any], by: Sequence[str]) -> Iterator[Group]:
    values = [held(key, event) for key in by]
    if any(each is None for each in values):
        return
    spread = [[str(one) for one in each] if isinstance(each, list) else [str(each)] for each in values]
    for chosen in product(*spread):
        yield tuple(sorted(f"{key}:{value}" for key, value in zip(by, chosen, strict=True)))


def _measured(method: str, values: Sequence[Any]) -> float:
    if method == "count":
        return float(len(values))
    if method == "cardinality":
        return float(len({str(each) for each in values}))
    numbers = [float(each) for each in values if isinstance(each, int | float)]
    if not numbers:
        raise NotEvaluatedError(f"`{method}` of what is no number is not computed")
    return joined(f"p{method[2:]}" if method.startswith("pc") else method, numbers)
