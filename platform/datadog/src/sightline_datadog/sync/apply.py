"""Doing what a plan says: level after level, and within a level several at once."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_core.errors import SightlineError
from sightline_datadog.documents import Kind
from sightline_datadog.ownership import Mark
from sightline_datadog.references import references, resolve
from sightline_datadog.sync.create import Maker
from sightline_datadog.sync.deletable import blocked
from sightline_datadog.sync.endpoints import ENDPOINTS, Call, metric_path
from sightline_datadog.sync.parallel import ordered
from sightline_datadog.sync.plan import Action, Change, Plan
from sightline_datadog.sync.remote import WORKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_datadog.references import Address
    from sightline_datadog.wire import Transport


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change; `error` is empty where it was done."""

    change: Change
    id: str | None
    error: str = ""


def apply(
    plan: Plan,
    transport: Transport,
    observe: Callable[[Outcome], None] = lambda _outcome: None,
    *,
    workers: int = WORKERS,
    pause: Callable[[float], None] = time.sleep,
) -> tuple[Outcome, ...]:
    """Do every change.

    A refusal does not end the run: whatever does not depend on the refused object is still done, and nothing is
    deleted after a refusal, because what was to take its place may be what failed. Run again, it goes on from there:
    what exists carries our mark. Outcomes are observed in the plan's order.

    Raises:
        SightlineError: the API stopped answering, or turns everything away (keys, rate limit, out of order); what was
            observed until then is done.
    """
    if plan.problems:
        raise SightlineError("a plan with problems is not applied", help="print the plan and solve them")
    run = _Run(plan, transport, Maker(transport, pause), dict(plan.ids))
    outcomes: list[Outcome] = []
    work = [change for change in plan.changes if change.action is not Action.KEEP]
    for _, level in itertools.groupby(work, lambda each: (each.action is Action.DELETE, each.level)):
        changes = list(level)
        run.refused = any(each.error for each in outcomes)
        run.blocked = {} if run.refused else blocked(transport, changes)
        try:
            for made in ordered(run.attempt, changes, workers):
                if made is not None:
                    outcomes.append(made)
                    observe(made)
        except BaseException:
            # Interrupted while it waited for one answer, others may have come.
            for made in [each for each in run.heard if each not in outcomes]:
                observe(made)
            raise
        if run.failure is not None:
            raise run.failure
        done = [each for each in outcomes if each.id and not each.error and each.change.action is not Action.DELETE]
        run.ids |= {(each.change.kind, each.change.key): str(each.id) for each in done}
    return tuple(outcomes)


@dataclass(slots=True)
class _Run:
    plan: Plan
    transport: Transport
    maker: Maker
    ids: dict[Address, str]
    refused: bool = False
    blocked: Mapping[str, str] | None = None
    failure: SightlineError | None = None
    heard: list[Outcome] = field(default_factory=list)

    def attempt(self, change: Change) -> Outcome | None:
        """Do one change; None where the API has stopped answering, to this one or to another."""
        if self.failure is not None:
            return None
        try:
            outcome = self._delete(change) if change.action is Action.DELETE else self._write(change)
        except SightlineError as error:
            self.failure = self.failure or error
            return None
        self.heard.append(outcome)
        return outcome

    def _delete(self, change: Change) -> Outcome:
        if self.refused:
            return Outcome(change, change.id, "not deleted, because an earlier change was refused")
        identity = str(change.id)
        if reason := (self.blocked or {}).get(f"{change.kind}/{identity}"):
            return Outcome(change, identity, reason)
        answer = self.maker.send(ENDPOINTS[change.kind].delete(identity, change.body), _what(change))
        done = answer.ok or answer.status == 404
        return Outcome(change, identity, "" if done else answer.errors)

    def _write(self, change: Change) -> Outcome:
        body = resolve(change.body, self.ids)
        if open_ends := references(body):
            kind, key = open_ends[0]
            return Outcome(change, change.id, f"it names {kind} {key}, which could not be created")
        if change.kind is Kind.METRIC:
            return self._metric(change, body)
        if change.id is not None:
            answer = self.maker.send(ENDPOINTS[change.kind].update(change.id, body), _what(change))
            return Outcome(change, change.id, "" if answer.ok else answer.errors)
        made, refusal = self.maker.create(Mark(self.plan.project, change.kind, change.key), body)
        return Outcome(change, made or None, refusal)

    def _metric(self, change: Change, body: Mapping[str, Any]) -> Outcome:
        """A metric has one configuration, under its name: making it twice is refused, and harms nothing."""
        method, attributes = ("POST", dict(body)) if change.id is None else ("PATCH", _patch(body))
        document = {"data": {"type": "manage_tags", "id": change.key, "attributes": attributes}}
        answer = self.maker.send(Call(method, metric_path(change.key), body=document), _what(change))
        return Outcome(
            change, change.key, "" if answer.ok or (answer.status == 409 and change.id is None) else answer.errors
        )


def _what(change: Change) -> str:
    return f"{change.action} {change.kind} {change.key}"


def _patch(body: Mapping[str, Any]) -> dict[str, Any]:
    """The type of a metric is fixed by its first configuration: an update must not repeat it."""
    return {key: value for key, value in body.items() if key != "metric_type"}
