"""What was read, sorted by whose it is: ours, strangers that could be taken for ours, and second copies of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Document, Kind
from sightline_datadog.normalise import normalise
from sightline_datadog.ownership import without_mark
from sightline_datadog.sync.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sightline_datadog.references import Address
    from sightline_datadog.sync.remote import RemoteObject


@dataclass(frozen=True, slots=True)
class Holdings:
    """`ours` holds every object with our mark, the oldest first; `strangers` the oldest of each title without one."""

    ours: Mapping[Address, tuple[RemoteObject, ...]]
    strangers: Mapping[tuple[Kind, str], RemoteObject]
    kinds_seen: frozenset[Kind]

    def of(self, document: Document, body: Mapping[str, Any]) -> RemoteObject | None:
        """Return the object that a document is; None where it must be made, because none is there or none can be it.

        `body` is the document's with the ids that are known. Two with one mark are what a create leaves that was cut
        off and sent again, a replacement that was cut off, or a clone made by hand: the oldest that can be changed
        into what is wanted is it.
        """
        candidates = self.ours.get((document.kind, document.key), ())
        return next((each for each in candidates if changeable(document.kind, body, each)), None)

    def stranger(self, document: Document) -> RemoteObject | None:
        """Return the object that is not ours and bears the document's title."""
        return self.strangers.get((document.kind, title(document)))


def sort_out(remote: Iterable[RemoteObject], project: str) -> Holdings:
    """Sort what was read."""
    ours: dict[Address, list[RemoteObject]] = {}
    strangers: dict[tuple[Kind, str], RemoteObject] = {}
    seen: set[Kind] = set()
    # Ids sort by length first so that monitor 9 is older than monitor 10.
    for found in sorted(remote, key=lambda each: (len(each.id), each.id)):
        seen.add(found.kind)
        if found.mark is not None and found.mark.project == project:
            ours.setdefault((found.kind, found.mark.key), []).append(found)
        elif found.mark is None and found.title and (found.kind is Kind.METRIC or ENDPOINTS[found.kind].named):
            strangers.setdefault((found.kind, found.title), found)
    return Holdings({key: tuple(each) for key, each in ours.items()}, strangers, frozenset(seen))


def title(document: Document) -> str:
    """Return what a person calls a document."""
    if document.kind is Kind.METRIC:
        return document.key
    return ENDPOINTS[document.kind].titled(document.body)


def bare_title(found: RemoteObject) -> str:
    """Return what a person calls an object, less our mark in it."""
    return without_mark(found.title)


def changeable(kind: Kind, body: Mapping[str, Any], found: RemoteObject) -> bool:
    """Whether an update can make it what is wanted: a fixed field of another value means another object."""
    endpoint = ENDPOINTS.get(kind)
    if endpoint is None or not endpoint.fixed:
        return True
    wanted, there = normalise(kind, body), normalise(kind, found.body)
    return all(wanted[field] == there[field] for field in endpoint.fixed if field in wanted and field in there)
