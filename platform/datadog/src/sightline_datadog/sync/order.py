"""In which order things are made and removed: what is named before what names it, and the other way round.

A level holds what does not depend on one another, so that it may be done at once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from sightline_datadog.documents import CREATE_ORDER, NATURAL, Kind
from sightline_datadog.references import references

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sightline_datadog.documents import Document
    from sightline_datadog.references import Address
    from sightline_datadog.sync.remote import RemoteObject

Node = TypeVar("Node")

_WORD = re.compile(r"[A-Za-z0-9-]+")


def creation_levels(documents: Iterable[Document]) -> dict[Address, int]:
    """Return at which level each document is created: one above all that it names.

    What the vendor finds by its own name comes first, named or not: a percentile cannot be asked before its metric is
    configured. Documents that name one another in a circle, which the vendor's ids cannot make, stay on one level.
    """
    named = {(each.kind, each.key): references(each.body) for each in documents}
    return _levels(named, lambda address: 0 if address[0] in NATURAL else 1)


def place(address: Address, level: int) -> tuple[int, int, str]:
    """Return where a creation stands in the plan: by level, kind and key."""
    return level, CREATE_ORDER.index(address[0]), address[1]


def deletion_levels(gone: Sequence[RemoteObject]) -> dict[str, int]:
    """Return, by `kind/id`, at which level each object is deleted: below all whose bodies hold its id.

    The vendor deletes no monitor that a composite or an SLO names, and no SLO that a dashboard shows.
    """
    ids = {each.id: _name(each) for each in gone}
    holders: dict[str, list[str]] = {_name(each): [] for each in gone}
    for each in gone:
        for found in _ids_in(each.body, ids):
            if ids[found] != _name(each):
                holders[ids[found]].append(_name(each))
    return _levels(holders, lambda _name: 0)


def removal(found: RemoteObject, level: int) -> tuple[int, bool, int, int, str]:
    """Return where a deletion stands: by level, then dashboards first and SLOs last."""
    later = found.kind is not Kind.DASHBOARD
    return level, later, -CREATE_ORDER.index(found.kind), len(found.id), found.id


def _name(found: RemoteObject) -> str:
    return f"{found.kind}/{found.id}"


def _levels(below: Mapping[Node, Iterable[Node]], least: Callable[[Node], int]) -> dict[Node, int]:
    """Give each node a level above those that are below it."""
    levels: dict[Node, int] = {}

    def settle(node: Node) -> None:
        """Walk down without recursion: a chain of objects may be longer than Python's stack."""
        path = [(node, [each for each in below[node] if each in below])]
        under_way = {node}
        while path:
            top, left = path[-1]
            if left:
                following = left.pop()
                if following not in levels and following not in under_way:
                    under_way.add(following)
                    path.append((following, [each for each in below[following] if each in below]))
                continue
            path.pop()
            levels[top] = max([least(top), *(levels[each] + 1 for each in below[top] if each in levels)])

    for node in below:
        if node not in levels:
            settle(node)
    return levels


def _ids_in(value: Any, ids: Mapping[str, Any]) -> set[str]:
    if isinstance(value, str):
        return {word for word in _WORD.findall(value) if word in ids}
    if isinstance(value, dict):
        return {found for each in value.values() for found in _ids_in(each, ids)}
    if isinstance(value, list):
        return {found for each in value for found in _ids_in(each, ids)}
    return {str(value)} if isinstance(value, int) and str(value) in ids else set()
