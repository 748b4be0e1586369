"""What looks like a mistake rather than a wish: many deletions at once, and everything made anew.

A wrong path, a filter that let too little through or an API that lists nothing on a bad day (barkdog#15 made every
monitor twice) must not be done because nobody looked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_datadog.references import references
from sightline_datadog.sync.endpoints import ENDPOINTS
from sightline_datadog.sync.plan import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sightline_datadog.documents import Document, Kind
    from sightline_datadog.sync.plan import Plan

TOO_MANY = "DDP001"
NOTHING_LISTED = "DDP002"

FEW = 5
"""So many deletions need no leave, however few objects there are."""
SHARE = 0.2
"""And so large a part of all objects."""


def too_many_deletions(plan: Plan, allowed: int | None) -> list[Diagnostic]:
    """Find more deletions than go without saying, or more than were `allowed`.

    A second copy of an object that stays is no loss, and does not count.
    """
    kept = {(each.kind, each.key) for each in plan.changes if each.action is not Action.DELETE}
    lost = [each for each in plan.of(Action.DELETE) if (each.kind, each.key) not in kept]
    ours = len(lost) + sum(each.id is not None for each in plan.changes if each.action is not Action.DELETE)
    most = max(FEW, int(SHARE * ours)) if allowed is None else allowed
    if len(lost) <= most:
        return []
    some = ", ".join(each.name for each in lost[:FEW])
    more = f" and {len(lost) - FEW} more" if len(lost) > FEW else ""
    return [
        Diagnostic(
            TOO_MANY,
            Severity.ERROR,
            f"{len(lost)} of {ours} objects of `{plan.project}` would be deleted: {some}{more}",
            help=f"look at the plan; where that is meant, say --allow-deletes {len(lost)}, or --allow-deletes all",
            note=f"{most} go without leave" if allowed is None else f"--allow-deletes {allowed} was said",
            url=page(TOO_MANY),
        )
    ]


def nothing_listed(
    plan: Plan, documents: Sequence[Document], seen: Collection[Kind], remembered: Mapping[Kind, int]
) -> list[Diagnostic]:
    """Find kinds of which the target lists nothing, nobody's either, though objects of ours must be among them.

    Args:
        plan: what would be done.
        documents: what is wanted.
        seen: the kinds of which something was listed.
        remembered: how many of ours there were of each kind when this machine looked last.
    """
    there = {(each.kind, each.key) for each in plan.changes if each.id is not None and each.action is not Action.DELETE}
    made = {(each.kind, each.key): each for each in plan.of(Action.CREATE)}
    witnesses: dict[Kind, str] = {}
    for document in documents:
        if (document.kind, document.key) in there:
            for address in references(document.body):
                if address in made and address[0] not in seen:
                    witnesses.setdefault(address[0], f"{document.name} is there, and names {made[address].name}")
    for kind, count in remembered.items():
        if count and kind in ENDPOINTS and kind not in seen and any(each[0] is kind for each in made):
            witnesses.setdefault(kind, f"{count} of ours were there when this machine looked last")
    return [
        Diagnostic(
            NOTHING_LISTED,
            Severity.ERROR,
            f"the target lists no {kind} at all, and {sum(each[0] is kind for each in made)} would be made anew",
            help="plan again in a while; where they were really deleted, say --allow-recreate",
            note=witness,
            url=page(NOTHING_LISTED),
        )
        for kind, witness in witnesses.items()
    ]
