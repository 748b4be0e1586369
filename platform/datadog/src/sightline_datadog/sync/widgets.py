"""Which widget of a dashboard is which: by group, type, title and queries, since their places change.

Widgets keep their ids over an update, because people's links hold them; and a widget put on top of a hundred others is
one addition, not a hundred changes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_datadog.sync.diff import ABSENT, FieldChange, canonical, change, diff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Widget = dict[str, Any]

_QUERIES = ("requests", "query", "queries", "content", "slo_id", "alert_id", "log_query", "url", "check")


@dataclass(slots=True)
class Moves:
    """Which widgets stand elsewhere or are larger, folded into one change."""

    before: list[dict[str, Any]] = field(default_factory=list)
    after: list[dict[str, Any]] = field(default_factory=list)
    shuffled: int = 0

    def add(self, label: str, old: Any, new: Any) -> None:
        """Note a widget whose layout differs."""
        self.before.append({"widget": label, "layout": old})
        self.after.append({"widget": label, "layout": new})

    def change(self) -> Iterator[FieldChange]:
        """Yield the one line, if there is anything to say."""
        count = max(len(self.before), self.shuffled)
        if count:
            note = f"{count} widget{'s' * (count != 1)} moved or resized"
            yield FieldChange("widgets", self.before, self.after, note)


def keep_widget_ids(body: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """Return the dashboard with the id of each widget that was there; an id that its author gave stays."""
    return {**body, "widgets": _with_ids(_list(body), _list(there))}


def widgets_diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    """Yield what differs between two dashboards: first their own fields, then widget by widget, then the moves."""
    yield from diff(_bare(before), _bare(after))
    moves = Moves()
    yield from _differing(_list(before), _list(after), "widgets", moves)
    yield from moves.change()


def pairs(old: Sequence[Widget], new: Sequence[Widget]) -> list[int | None]:
    """Return for each new widget the index of the old one that it is; None for one that was not there."""
    found: list[int | None] = [None] * len(new)
    left_old, left_new = list(range(len(old))), list(range(len(new)))
    for key in _KEYS:
        if not left_new or not left_old:
            break
        known: defaultdict[str, deque[int]] = defaultdict(deque)
        for index in left_old:
            if text := key(old[index]):
                known[text].append(index)
        for index in left_new:
            candidates = known.get(key(new[index]))
            if candidates:
                found[index] = candidates.popleft()
        taken = {index for index in found if index is not None}
        left_old = [index for index in left_old if index not in taken]
        left_new = [index for index in left_new if found[index] is None]
    return found


def _with_ids(new: Sequence[Widget], old: Sequence[Widget]) -> list[Widget]:
    result = []
    for widget, index in zip(new, pairs(old, new), strict=True):
        found = old[index] if index is not None else {}
        kept = {**({"id": found["id"]} if "id" in found else {}), **widget}
        if _inner(widget):
            kept["definition"] = {**_definition(widget), "widgets": _with_ids(_inner(widget), _inner(found))}
        result.append(kept)
    return result


def _differing(old: Sequence[Widget], new: Sequence[Widget], where: str, moves: Moves) -> Iterator[FieldChange]:
    found = pairs(old, new)
    for widget, index in zip(new, found, strict=True):
        label = f"{where}[{_label(widget)}]"
        if index is None:
            yield change(label, ABSENT, widget)
            continue
        was = old[index]
        if was.get("layout") != widget.get("layout"):
            moves.add(label, was.get("layout"), widget.get("layout"))
        yield from diff(_rest(was), _rest(widget), label)
        yield from diff(_definition(_without_inner(was)), _definition(_without_inner(widget)), label)
        yield from _differing(_inner(was), _inner(widget), label, moves)
    kept = [index for index in found if index is not None]
    gone = set(range(len(old))) - set(kept)
    yield from (change(f"{where}[{_label(old[index])}]", old[index], ABSENT) for index in sorted(gone))
    moves.shuffled += len(kept) - _longest_rise(kept)


def _longest_rise(numbers: Sequence[int]) -> int:
    """Return how many of them stay in order at most: the others are those that moved."""
    ends: list[int] = []
    for number in numbers:
        place = bisect_left(ends, number)
        ends[place : place + 1] = [number]
    return len(ends)


def _label(widget: Widget) -> str:
    definition = _definition(widget)
    title = definition.get("title")
    return f'{definition.get("type")} "{title}"' if title else str(definition.get("type"))


def _whole(widget: Widget) -> str:
    return canonical(_definition(_without_inner(widget))) if not _inner(widget) else _type_and_title(widget)


def _type_and_title(widget: Widget) -> str:
    definition = _definition(widget)
    return f"{definition.get('type')}\n{definition['title']}" if definition.get("title") else ""


def _all(widget: Widget) -> str:
    return f"{_type_and_title(widget)}\n{_type_and_queries(widget)}"


def _type_and_queries(widget: Widget) -> str:
    definition = _definition(widget)
    told = {name: definition[name] for name in _QUERIES if name in definition}
    return f"{definition.get('type')}\n{canonical(told)}"


def _type_and_place(widget: Widget) -> str:
    """A widget of another title and other queries is another one; one without a title is known by its place alone."""
    layout = widget.get("layout")
    if not isinstance(layout, dict) or _definition(widget).get("title"):
        return ""
    return f"{_definition(widget).get('type')}\n{layout.get('x')},{layout.get('y')}"


_KEYS: tuple[Callable[[Widget], str], ...] = (_whole, _all, _type_and_title, _type_and_queries, _type_and_place)
"""What makes two widgets one, the surest first; an empty text matches nothing."""


def _definition(widget: Mapping[str, Any]) -> dict[str, Any]:
    definition = widget.get("definition")
    return definition if isinstance(definition, dict) else {}


def _list(body: Mapping[str, Any]) -> list[Widget]:
    found = body.get("widgets")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _inner(widget: Mapping[str, Any]) -> list[Widget]:
    return _list(_definition(widget))


def _without_inner(widget: Widget) -> Widget:
    definition = {key: value for key, value in _definition(widget).items() if key != "widgets"}
    return {**widget, "definition": definition}


def _rest(widget: Widget) -> Widget:
    return {key: value for key, value in widget.items() if key not in {"id", "layout", "definition"}}


def _bare(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != "widgets"}
