"""Doing what a plan says, one object after the other, in the plan's order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_core.errors import SightlineError
from sightline_datadog.documents import Kind
from sightline_datadog.references import references, resolve
from sightline_datadog.sync.answers import taken, unless_down
from sightline_datadog.sync.endpoints import ENDPOINTS, metric_path
from sightline_datadog.sync.plan import Action, Change, Plan
from sightline_datadog.sync.widgets import keep_widget_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_datadog.references import Address
    from sightline_datadog.sync.endpoints import Call
    from sightline_datadog.transport import Answer, Transport


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change; `error` is empty where it was done."""

    change: Change
    id: str | None
    error: str = ""


def apply(
    plan: Plan, transport: Transport, observe: Callable[[Outcome], None] = lambda _outcome: None
) -> tuple[Outcome, ...]:
    """Do every change.

    A refusal does not end the run: whatever does not depend on the refused object is still done, and nothing is
    deleted after a refusal, because what was to take its place may be what failed. Run again, it goes on from there:
    what exists carries our mark.

    Raises:
        SightlineError: the API stopped answering, or turns everything away (keys, rate limit, out of order); what was
            observed until then is done.
    """
    if plan.problems:
        raise SightlineError("a plan with problems is not applied", help="print the plan and solve them")
    ids = dict(plan.ids)
    outcomes: list[Outcome] = []
    for change in plan.changes:
        if change.action is Action.KEEP:
            continue
        outcome = _one(change, transport, ids, refused=any(each.error for each in outcomes))
        if outcome.id and change.kind is not Kind.METRIC:
            ids[change.kind, change.key] = outcome.id
        outcomes.append(outcome)
        observe(outcome)
    return tuple(outcomes)


def _one(change: Change, transport: Transport, ids: Mapping[Address, str], *, refused: bool) -> Outcome:
    if change.action is Action.DELETE:
        if refused:
            return Outcome(change, change.id, "not deleted, because an earlier change was refused")
        answer = _sent(ENDPOINTS[change.kind].delete(str(change.id), change.body), transport, change)
        done = answer.ok or answer.status == 404
        return Outcome(change, change.id, "" if done else answer.errors)
    body = resolve(change.body, ids)
    open_ends = references(body)
    if open_ends:
        kind, key = open_ends[0]
        return Outcome(change, change.id, f"it names {kind} {key}, which could not be created")
    if change.kind is Kind.METRIC:
        return _metric(change, body, transport)
    endpoint = ENDPOINTS[change.kind]
    if change.id is None:
        answer = _sent(endpoint.create(body), transport, change)
    else:
        if change.kind is Kind.DASHBOARD:
            body = keep_widget_ids(body, transport.request("GET", f"{endpoint.path}/{change.id}").body)
        answer = _sent(endpoint.update(change.id, body), transport, change)
    if not answer.ok:
        return Outcome(change, change.id, answer.errors)
    return Outcome(change, change.id or taken(answer, lambda made: str(endpoint.unwrap(made)["id"]), _what(change)))


def _sent(call: Call, transport: Transport, change: Change) -> Answer:
    return unless_down(transport.request(call.method, call.path, body=call.body), _what(change))


def _what(change: Change) -> str:
    return f"{change.action} {change.kind} {change.key}"


def _metric(change: Change, body: Mapping[str, Any], transport: Transport) -> Outcome:
    method, attributes = ("POST", dict(body)) if change.id is None else ("PATCH", _patch(body))
    document = {"data": {"type": "manage_tags", "id": change.key, "attributes": attributes}}
    answer = unless_down(transport.request(method, metric_path(change.key), body=document), _what(change))
    return Outcome(change, change.key, "" if answer.ok else answer.errors)


def _patch(body: Mapping[str, Any]) -> dict[str, Any]:
    """The type of a metric is fixed by its first configuration: an update must not repeat it."""
    return {key: value for key, value in body.items() if key != "metric_type"}
