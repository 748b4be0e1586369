"""Do what a plan says, one request after another: wherever it ends, the next plan begins with what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sightline_vault.client.errors import VaultError
from sightline_vault.configuration.plan import Action
from sightline_vault.configuration.providers import providers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sightline_vault.client.wire import Answer
    from sightline_vault.configuration.plan import Change, Plan
    from sightline_vault.configuration.things import Step


class Asks(Protocol):
    """What is needed of a client."""

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, once: bool = False) -> Answer:
        """Send one request; where `once`, never a second time after it may have been done."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A change, and what Vault said against it; empty where it was done."""

    change: Change
    error: str = ""


def steps(change: Change) -> Iterator[Step]:
    """Yield the requests of a change."""
    provider = providers()[change.kind]
    if change.action is Action.DELETE:
        yield from provider.delete(change.key)
    elif change.action in {Action.CREATE, Action.UPDATE} and change.body is not None:
        yield from provider.write(change.key, change.body, change.before)


def apply(plan: Plan, client: Asks, observe: Callable[[Outcome], None]) -> None:
    """Do every change. What needs a change that was refused will be refused, too; the others are done.

    Raises:
        NoAnswerError: No node answers; what was done until then stays.
    """
    for change in plan.of(Action.CREATE, Action.UPDATE, Action.DELETE):
        try:
            for step in steps(change):
                _do(step, client)
        except VaultError as error:
            observe(Outcome(change, error.why))
        else:
            observe(Outcome(change))


def _do(step: Step, client: Asks) -> None:
    body = None if step.method == "DELETE" else step.body
    answer = client.ask(step.method, step.path, body, once=step.once)
    if answer.ok:
        return
    # The first answer was lost, and this is what its repetition is told.
    repeated = answer.attempts > 1 and step.done and any(step.done in each for each in answer.errors)
    if not repeated:
        raise VaultError(step.method, step.path, answer.status, answer.errors, answer.address)
