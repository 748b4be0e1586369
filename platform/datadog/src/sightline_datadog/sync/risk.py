"""What a change puts at stake, for those who print the riskiest first."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from sightline_datadog.documents import Kind
from sightline_datadog.sync.plan import Action, Change

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Risk(StrEnum):
    """From the worst to the mildest."""

    DELETE = "delete"
    PAGING = "paging"
    BUDGET = "budget"
    CHANGE = "change"
    NEW = "new"
    NONE = "none"


_HANDLE = re.compile(r"(?<![\w.])@[\w.-]+")
_PAGE = "severity:page"
_ROUTED = frozenset({Kind.MONITOR, Kind.SYNTHETICS, Kind.DOWNTIME, Kind.NOTIFICATION_RULE})
_MEASURED = frozenset({Kind.SLO, Kind.SLO_CORRECTION})


def risk(change: Change) -> Risk:
    """Return what a change puts at stake.

    Paging: it makes, changes or ends what notifies somebody (a handle stands in its text, or its tags say
    `severity:page`), or what silences or routes such messages. Budget: it changes an objective or what counts against
    it.
    """
    if change.action is Action.KEEP:
        return Risk.NONE
    if change.action is Action.DELETE:
        return Risk.DELETE
    if change.kind in _ROUTED and (notifies(change.kind, change.body or {}) or _told(change)):
        return Risk.PAGING
    if change.kind in _MEASURED and change.action is Action.UPDATE:
        return Risk.BUDGET
    return Risk.CHANGE if change.action is Action.UPDATE else Risk.NEW


def notifies(kind: Kind, body: Mapping[str, Any]) -> bool:
    """Whether an object tells somebody something, or decides whether anybody is told."""
    if kind not in {Kind.MONITOR, Kind.SYNTHETICS}:
        return True
    tags = body.get("tags")
    paging = isinstance(tags, list) and _PAGE in tags
    return paging or _HANDLE.search(str(body.get("message") or "")) is not None


def _told(change: Change) -> bool:
    """Whether it told somebody until now, by what the change takes away: what is sent no longer says it."""
    for field in change.fields:
        if field.path == "message" and _HANDLE.search(str(field.before)):
            return True
        if field.path == "tags" and _PAGE in (field.before if isinstance(field.before, list) else [field.before]):
            return True
    return False
