"""The plan: a plain value that says what a push would do. Printing it and doing it are others' work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_datadog.documents import CREATE_ORDER, NATURAL, Document, Kind
from sightline_datadog.normalise import normalise
from sightline_datadog.ownership import marked
from sightline_datadog.references import check_references, references, resolve
from sightline_datadog.sync.diff import FieldChange, diff
from sightline_datadog.sync.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sightline_datadog.references import Address
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
    creation.
    """

    action: Action
    kind: Kind
    key: str
    title: str
    id: str | None = None
    body: Mapping[str, Any] | None = None
    fields: tuple[FieldChange, ...] = ()
    reason: str = ""


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
) -> Plan:
    """Compare what is wanted with what is there.

    Args:
        desired: the documents of this push.
        remote: what was read.
        project: the owner whose objects these are.
        kinds: what this push speaks for: an object of ours of one of these kinds that is not desired is deleted; of
            any other kind it is left alone.
        adopt: whether an object without our mark that has a document's title is taken over.

    Returns:
        The plan; `problems` holds errors where it must not be applied.
    """
    ours, strangers, doubles = _sorted_out(remote, project)
    ids: dict[Address, str] = {address: found.id for address, found in ours.items()}
    speaks_for = set(kinds)
    # What is there and not wanted goes with this push, and is nothing to refer to.
    problems = check_references(desired, elsewhere=lambda address: address in ids and address[0] not in speaks_for)
    changes: list[Change] = []
    for document in _named_first(desired):
        found = ours.get((document.kind, document.key))
        stranger = strangers.get((document.kind, _title(document)))
        if found is None and stranger is not None:
            if not adopt and document.kind not in NATURAL:
                problems.append(_foreign(document, stranger))
                continue
            found = stranger
            ids[document.kind, document.key] = found.id
        changes.append(_change(document, found, project, ids))
    wanted = {(document.kind, document.key) for document in desired}
    gone = [found for address, found in ours.items() if address not in wanted and found.kind in speaks_for]
    for found in sorted([*gone, *doubles], key=_deletion):
        reason = "a second object with the same mark" if found in doubles else "no longer wanted"
        key = found.mark.key if found.mark else found.id
        changes.append(Change(Action.DELETE, found.kind, key, found.title, found.id, _inside(found), reason=reason))
    return Plan(project, tuple(changes), tuple(problems), tuple(ids.items()))


def _inside(found: RemoteObject) -> Mapping[str, Any] | None:
    """What its deletion needs to know besides its id: in what it is."""
    return {"gate_id": found.body.get("gate_id")} if found.kind is Kind.GATE_RULE else None


def _named_first(desired: Iterable[Document]) -> list[Document]:
    """Order by kind and key, and put before each document what it names: an SLO of monitors comes after them.

    Of documents that name one another in a circle, which the vendor's ids cannot make, the first is created first.
    """
    ordered = sorted(desired, key=lambda each: (CREATE_ORDER.index(each.kind), each.key))
    known = {(each.kind, each.key): each for each in ordered}
    made: list[Document] = []
    seen: set[int] = set()

    def add(document: Document) -> None:
        if id(document) in seen:
            return
        seen.add(id(document))
        for address in references(document.body):
            if address in known:
                add(known[address])
        made.append(document)

    for each in ordered:
        add(each)
    return made


def _deletion(found: RemoteObject) -> tuple[int, str]:
    """Order so that what names goes first: the vendor deletes no monitor that a composite or an SLO names.

    A monitor on an SLO goes before the SLO, any other after it: an SLO of monitors may name it.
    """
    monitors = {"composite": 1, "slo alert": 2}
    ranks = {
        Kind.MONITOR: monitors.get(str(found.body.get("type")), 4),
        Kind.SYNTHETICS: 4,
        Kind.SLO: 3,
        Kind.METRIC: 5,
    }
    return ranks.get(found.kind, -CREATE_ORDER.index(found.kind)), found.id


def _sorted_out(
    remote: Iterable[RemoteObject], project: str
) -> tuple[dict[Address, RemoteObject], dict[tuple[Kind, str], RemoteObject], list[RemoteObject]]:
    ours: dict[Address, RemoteObject] = {}
    strangers: dict[tuple[Kind, str], RemoteObject] = {}
    doubles: list[RemoteObject] = []
    # Ids sort by length first so that monitor 9 is older than monitor 10.
    for found in sorted(remote, key=lambda each: (len(each.id), each.id)):
        named = found.kind is Kind.METRIC or ENDPOINTS[found.kind].named
        if found.mark is None and found.title and named:
            strangers.setdefault((found.kind, found.title), found)
        elif found.mark is not None and found.mark.project == project:
            # Two with one mark are what a create leaves that was cut off and sent again, or a clone made by hand.
            if (found.kind, found.mark.key) in ours:
                doubles.append(found)
            else:
                ours[found.kind, found.mark.key] = found
    return ours, strangers, doubles


def _title(document: Document) -> str:
    if document.kind is Kind.METRIC:
        return document.key
    return ENDPOINTS[document.kind].titled(document.body)


def _foreign(document: Document, stranger: RemoteObject) -> Diagnostic:
    return Diagnostic(
        FOREIGN,
        Severity.ERROR,
        f"another {document.kind} is called `{stranger.title}` and is not ours (id {stranger.id})",
        document.span,
        help="push with --adopt to take it over, or choose another name",
        url=page(FOREIGN),
    )


def _change(document: Document, found: RemoteObject | None, project: str, ids: Mapping[Address, str]) -> Change:
    body = marked(document, project)
    title = _title(document)
    if found is None:
        return Change(Action.CREATE, document.kind, document.key, title, body=body)
    if document.kind is Kind.METRIC:
        body = _joined(body, found.body)
    before = normalise(document.kind, found.body)
    after = normalise(document.kind, resolve(body, ids))
    fields = tuple(diff(before, after))
    change = Change(Action.KEEP, document.kind, document.key, title, found.id, body, fields)
    return replace(change, action=Action.UPDATE) if fields else change


def _joined(body: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """Add our wishes for a metric to what others asked of it: it has no owner, so nothing is ever taken away."""
    tags = sorted({*map(str, there.get("tags") or []), *map(str, body.get("tags") or [])})
    percentiles = bool(there.get("include_percentiles")) or bool(body.get("include_percentiles"))
    return {**body, "tags": tags, "include_percentiles": percentiles}
