"""A saved plan against what is there now: what is done already is left out, what moved is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_datadog.documents import NATURAL, Document
from sightline_datadog.references import references, resolve
from sightline_datadog.sync.holdings import changeable, sort_out
from sightline_datadog.sync.kinds import comparison, fingerprint
from sightline_datadog.sync.plan import Action, Change, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sightline_datadog.references import Address
    from sightline_datadog.sync.holdings import Holdings
    from sightline_datadog.sync.remote import RemoteObject

STALE = "DDP003"


def documents_of(plan: Plan) -> list[Document]:
    """Return what a plan makes and changes as documents, which say what must be read anew."""
    return [Document(each.kind, each.key, each.body or {}) for each in plan.changes if each.body is not None]


def renewed(plan: Plan, remote: Iterable[RemoteObject]) -> Plan:
    """Return what is left to do of a plan.

    A change that was made already, be it by this very plan before a crash, is kept as it is. `problems` names what is
    neither as it was read nor as it is wanted.
    """
    everything = list(remote)
    now = _Now(sort_out(everything, plan.project), {(each.kind, each.id): each for each in everything})
    ids = {address: found[0].id for address, found in now.holdings.ours.items()} | now.shared(plan)
    changes, problems = [], []
    for change in plan.changes:
        done, moved = now.look(change, ids)
        changes.append(replace(change, action=Action.KEEP, id=now.id_of(change)) if done else change)
        if moved:
            problems.append(_stale(change, moved))
    problems += now.lost(plan, ids)
    return replace(plan, changes=tuple(changes), problems=tuple(problems), ids=tuple(ids.items()))


class _Now:
    """What is there when the plan is to be applied."""

    def __init__(self, holdings: Holdings, objects: dict[tuple[str, str], RemoteObject]) -> None:
        self.holdings = holdings
        self._objects = objects

    def shared(self, plan: Plan) -> dict[Address, str]:
        """Return what of a plan carries no mark, and is there by its natural name or by the id that it had."""
        kept = {address: identity for address, identity in plan.ids if (address[0], identity) in self._objects}
        made = {(each.kind, each.key): found.id for each in plan.changes if (found := self._found(each)) is not None}
        return {address: identity for address, identity in (kept | made).items() if address[0] in NATURAL}

    def look(self, change: Change, ids: dict[Address, str]) -> tuple[bool, str]:
        """Return whether a change is made already, and what moved since it was planned."""
        if change.action is Action.KEEP:
            return True, ""
        found = self._found(change)
        if change.action is Action.DELETE:
            same = found is None or fingerprint(found.kind, found.body) == change.read
            return found is None, "" if same else "was changed"
        if found is None:
            return False, self._hindrance(change)
        made = comparison(change.kind, found.body, resolve(change.body, ids))
        if not made.fields:
            return True, ""
        if change.action is Action.UPDATE:
            return False, "" if made.read == change.read else "was changed"
        return False, f"was made by somebody else (id {found.id})"

    def _hindrance(self, change: Change) -> str:
        """Return why what is not there can be neither changed nor made."""
        if change.action is Action.UPDATE:
            return "is no longer there"
        stranger = self.holdings.strangers.get((change.kind, change.title))
        return f"has a namesake that is not ours (id {stranger.id})" if stranger else ""

    def id_of(self, change: Change) -> str | None:
        """Return the id under which a change that is made already stands."""
        found = self._found(change)
        return found.id if found else change.id

    def lost(self, plan: Plan, ids: dict[Address, str]) -> list[Diagnostic]:
        """Find what a change names and the plan does not make, that is gone or another object by now."""
        made = {(each.kind, each.key) for each in plan.of(Action.CREATE)}
        planned = dict(plan.ids)
        return [
            _stale(change, f"names {address[0]} {address[1]}, which is another or gone")
            for change in plan.changes
            for address in dict.fromkeys(references(change.body))
            if address not in made and ids.get(address) != planned.get(address)
        ]

    def _found(self, change: Change) -> RemoteObject | None:
        if change.id is not None:
            return self._objects.get((change.kind, change.id))
        if change.kind in NATURAL:
            return self.holdings.strangers.get((change.kind, change.title))
        # What replaces another object is made beside it: it is the one that can be changed into what is wanted.
        ours = self.holdings.ours.get((change.kind, change.key), ())
        return next((each for each in reversed(ours) if changeable(change.kind, change.body or {}, each)), None)


def _stale(change: Change, moved: str) -> Diagnostic:
    return Diagnostic(
        STALE,
        Severity.ERROR,
        f"the plan is stale: {change.name} {moved} since it was made",
        help="plan again, and look anew",
        url=page(STALE),
    )
