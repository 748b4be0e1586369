"""What the vendor will not delete, and why: asked once for all of a kind, before any of them goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.sync.answers import unless_down
from sightline_datadog.sync.plan import Action, Change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.wire import Transport

_ASKED = {Kind.MONITOR: ("/api/v1/monitor/can_delete", "monitor_ids"), Kind.SLO: ("/api/v1/slo/can_delete", "ids")}
_MOST = 100
"""Ids in one question: they stand in the address, which has a longest length."""


def blocked(transport: Transport, changes: Sequence[Change]) -> dict[str, str]:
    """Return the vendor's reason by `kind/id` of each object that something else still needs.

    Raises:
        SightlineError: the API stopped answering, or turns everything away.
    """
    found: dict[str, str] = {}
    for kind, (path, name) in _ASKED.items():
        ids = [str(each.id) for each in changes if each.action is Action.DELETE and each.kind is kind]
        for start in range(0, len(ids), _MOST):
            some = ids[start : start + _MOST]
            answer = unless_down(
                transport.request("GET", path, query=[(name, ",".join(some))]), f"ask which {kind}s may be deleted"
            )
            found |= {f"{kind}/{each}": reason for each, reason in _reasons(answer.body).items() if each in some}
    return found


def _reasons(body: Any) -> Mapping[str, str]:
    """Read `errors`, texts or lists of texts by id; what is not that blocks nothing, and the deletion tells."""
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, dict):
        return {}
    return {
        str(key): "; ".join(map(str, each)) if isinstance(each, list) else str(each) for key, each in errors.items()
    }
