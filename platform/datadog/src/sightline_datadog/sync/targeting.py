"""`--target`: some documents only, with all that they name."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sightline_datadog.references import references
from sightline_datadog.sync.plan import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_datadog.documents import Document
    from sightline_datadog.references import Address
    from sightline_datadog.sync.plan import Plan


def hit(address: Address, patterns: Sequence[str]) -> bool:
    """Whether `kind.key` fits one of some patterns such as `monitor.pay-*`."""
    return any(fnmatchcase(f"{address[0]}.{address[1]}", pattern) for pattern in patterns)


def targeted(documents: Sequence[Document], patterns: Sequence[str]) -> list[Document]:
    """Return the documents that fit a pattern and, whatever they are called, those that they name; all for none."""
    if not patterns:
        return list(documents)
    known = {(each.kind, each.key): each for each in documents}
    chosen: dict[Address, Document] = {}
    left = [address for address in known if hit(address, patterns)]
    while left:
        address = left.pop()
        if address in known and address not in chosen:
            chosen[address] = known[address]
            left += references(known[address].body)
    return [each for each in documents if (each.kind, each.key) in chosen]


def without_other_deletions(plan: Plan, patterns: Sequence[str]) -> Plan:
    """Return a plan that deletes nothing but what fits a pattern itself."""
    if not patterns:
        return plan
    kept = [each for each in plan.changes if each.action is not Action.DELETE or hit((each.kind, each.key), patterns)]
    return replace(plan, changes=tuple(kept))
