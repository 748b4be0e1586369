"""The plan: a plain value that says what a push would do. Printing it and doing it are others' work."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_datadog.documents import NATURAL, Document, Kind
from sightline_datadog.ownership import marked
from sightline_datadog.references import check_references, resolve
from sightline_datadog.sync.endpoints import ENDPOINTS
from sightline_datadog.sync.holdings import Holdings, bare_title, changeable, sort_out, title
from sightline_datadog.sync.kinds import comparison, fingerprint, merged
from sightline_datadog.sync.order import creation_levels, deletion_levels, place, removal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sightline_datadog.references import Address
    from sightline_datadog.sync.diff import FieldChange
    from sightline_datadog.sync.remote import RemoteObject

FOREIGN = "DDC003"


class Action(StrEnum):
    """What is to be done with an object."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Change:
    """One object and what is to be done with it.

    `body` is what to send, marked; references to objects that do not exist yet still stand in it. `id` is None for a
    creation. `read` is the fingerprint of the object as it was read, which must still hold when the change is made; it
    is empty where nothing was there, and where nothing is to be done. Changes of one `level` depend on none of one
    another. `unknown` are fields that the server holds and no specification names: they are told and count for nothing.
    """

    action: Action
    kind: Kind
    key: str
    title: str
    id: str | None = None
    body: Mapping[str, Any] | None = None
    fields: tuple[FieldChange, ...] = ()
    reason: str = ""
    read: str = ""
    level: int = 0
    unknown: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a person calls it: `slo payments-success`."""
        return f"{self.kind} {self.key}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Every change in the order in which it is done, and what stands in its way."""

    project: str
    changes: tuple[Change, ...]
    problems: tuple[Diagnostic, ...] = ()
    ids: tuple[tuple[Address, str], ...] = ()

    def of(self, action: Action) -> tuple[Change, ...]:
        """Return the changes of one sort."""
        return tuple(change for change in self.changes if change.action is action)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return all(change.action is Action.KEEP for change in self.changes)


def plan(
    desired: Sequence[Document],
    remote: Iterable[RemoteObject],
    *,
    project: str,
    kinds: Iterable[Kind],
    adopt: bool = False,
    others: Collection[Address] = (),
) -> Plan:
    """Compare what is wanted with what is there.

    An object of ours that is no longer wanted and bears the title of one that is to be made becomes that one: a key
    was renamed, and the id, its history and people's links stay.

    Args:
        desired: the documents of this push.
        remote: what was read.
        project: the owner whose objects these are.
        kinds: what this push speaks for: an object of ours of one of these kinds that is not desired is deleted; of
            any other kind it is left alone.
        adopt: whether an object without our mark that has a document's title is taken over.
        others: what is wanted, too, though nothing is to be done for it now.

    Returns:
        The plan; `problems` holds errors where it must not be applied.
    """
    holdings, speaks_for = sort_out(remote, project), set(kinds)
    ids: dict[Address, str] = {address: found[0].id for address, found in holdings.ours.items()}
    # What is there and not wanted goes with this push, and is nothing to refer to.
    problems = check_references(desired, elsewhere=lambda address: address in ids and address[0] not in speaks_for)
    levels = creation_levels(desired)
    wanted = {*others, *((each.kind, each.key) for each in desired)}
    going = {address for address in holdings.ours if address not in wanted and address[0] in speaks_for}
    renamed = _renamed(desired, holdings, going)
    changes: list[Change] = []
    used: set[tuple[Kind, str]] = set()
    for document in sorted(desired, key=lambda each: place((each.kind, each.key), levels[each.kind, each.key])):
        address = (document.kind, document.key)
        body = marked(document, project)
        found, reason = holdings.of(document, resolve(body, ids)), ""
        if found is None and address not in holdings.ours:
            found = renamed.get(address)
            reason = f"was {found.mark.key}" if found is not None and found.mark else ""
        if found is None and address not in holdings.ours:
            found = holdings.stranger(document)
            if found is not None and (found.kind, found.id) in used:
                found = None  # another document of the same title has taken it over
            if found is not None and not adopt and document.kind not in NATURAL:
                problems.append(_foreign(document, found))
                continue
        if found is None:
            ids.pop(address, None)
            reason = "another object in its place" if address in holdings.ours else ""
            changes.append(_creation(document, body, reason, levels[address]))
        else:
            ids[address] = found.id
            used.add((found.kind, found.id))
            change = _comparison(document, body, found, ids)
            changes.append(replace(change, reason=reason, level=levels[address]))
    mine = {(each.kind, each.key) for each in desired}
    gone = [
        each
        for address, found in holdings.ours.items()
        for each in found
        if (each.kind, each.id) not in used and (address in going or address in mine)
    ]
    changes += _deletions(gone, mine)
    return Plan(project, tuple(changes), tuple(problems), tuple(ids.items()))


def _renamed(desired: Sequence[Document], holdings: Holdings, gone: set[Address]) -> dict[Address, RemoteObject]:
    """Find the one object that would go and the one document that would come, of one kind and title."""
    going: dict[tuple[Kind, str], list[RemoteObject]] = {}
    for address in gone:
        if ENDPOINTS[address[0]].named:
            first = holdings.ours[address][0]
            going.setdefault((address[0], bare_title(first)), []).append(first)
    coming: dict[tuple[Kind, str], list[Document]] = {}
    for each in desired:
        if (each.kind, each.key) not in holdings.ours:
            coming.setdefault((each.kind, title(each)), []).append(each)
    return {
        (documents[0].kind, documents[0].key): going[name][0]
        for name, documents in coming.items()
        if len(documents) == 1
        and len(going.get(name, ())) == 1
        and changeable(name[0], documents[0].body, going[name][0])
    }


def _creation(document: Document, body: Mapping[str, Any], reason: str, level: int) -> Change:
    return Change(Action.CREATE, document.kind, document.key, title(document), body=body, reason=reason, level=level)


def _comparison(document: Document, body: Mapping[str, Any], found: RemoteObject, ids: Mapping[Address, str]) -> Change:
    kind = document.kind
    whole = merged(kind, body, found.body)
    # What the server adds or fills in where the author is silent is settled there; `unknown` is to be told once a kind.
    made = comparison(kind, found.body, resolve(whole, ids))
    change = Change(Action.KEEP, kind, document.key, title(document), found.id, unknown=made.unknown)
    if not made.fields:
        return change
    return replace(change, action=Action.UPDATE, body=whole, fields=made.fields, read=made.read)


def _deletions(gone: Sequence[RemoteObject], wanted: set[Address]) -> list[Change]:
    levels = deletion_levels(gone)
    changes = []
    for found in sorted(gone, key=lambda each: removal(each, levels[f"{each.kind}/{each.id}"])):
        key = found.mark.key if found.mark else found.id
        again = (found.kind, key) in wanted
        changes.append(
            Change(
                Action.DELETE,
                found.kind,
                key,
                bare_title(found),
                found.id,
                _inside(found),
                reason="another object with the same mark stays" if again else "no longer wanted",
                read=fingerprint(found.kind, found.body),
                level=levels[f"{found.kind}/{found.id}"],
            )
        )
    return changes


def _inside(found: RemoteObject) -> Mapping[str, Any] | None:
    """What its deletion needs to know besides its id: what it is inside of."""
    names = re.findall(r"{(\w+)}", ENDPOINTS[found.kind].path)
    return {name: found.body.get(name) for name in names} or None


def _foreign(document: Document, stranger: RemoteObject) -> Diagnostic:
    return Diagnostic(
        FOREIGN,
        Severity.ERROR,
        f"another {document.kind} is called `{stranger.title}` and is not ours (id {stranger.id})",
        document.span,
        help="push with --adopt to take it over, or choose another name",
        url=page(FOREIGN),
    )
