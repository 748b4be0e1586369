"""The plan: a plain value that says what `apply` would do, in which order. Printing and doing it are others' work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Severity
from sightline_core.suggest import did_you_mean
from sightline_vault.configuration.diff import FieldChange, differences
from sightline_vault.configuration.providers import providers
from sightline_vault.configuration.providers.auth_config import KIND as AUTH_CONFIG
from sightline_vault.configuration.providers.auth_config import REVIEWED, REVIEWER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sightline_core.located import Path
    from sightline_vault.configuration.things import Provider, Reading, Wanted, Wish

FIXED = "VLT200"
NOT_TO_DESTROY = "VLT201"
REVIEWER_LOST = "VLT202"
REVIEWER_MISSING = "VLT204"


class Action(StrEnum):
    """What is to be done with a thing. What is not in the model is unmanaged: it is told, and left alone."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    UNMANAGED = "unmanaged"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing and what is to be done with it. `body` is what is wanted, `before` what is there."""

    action: Action
    kind: str
    key: str
    body: Mapping[str, Any] | None = None
    before: Mapping[str, Any] | None = None
    fields: tuple[FieldChange, ...] = ()
    reason: str = ""

    @property
    def name(self) -> str:
        """What a person calls it: `role kubernetes/prod/payments`."""
        return f"{self.kind} {self.key}"


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands in the way, and where in the model's file it comes from (nowhere, where it is an option).

    A warning stands in nobody's way.
    """

    code: str
    message: str
    help: str
    path: Path | None = None
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Plan:
    """Every change in the order in which it is done; where the plan is blocked, none is."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...] = ()

    def of(self, *actions: Action) -> tuple[Change, ...]:
        """Return the changes of some sorts."""
        return tuple(each for each in self.changes if each.action in actions)

    @property
    def blocked(self) -> bool:
        """Whether a problem is an error."""
        return any(each.severity is Severity.ERROR for each in self.problems)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.of(Action.CREATE, Action.UPDATE, Action.DELETE)


def plan(wish: Wish, reading: Reading, *, prune: bool = False, destroy: Collection[str] = ()) -> Plan:
    """Compare the model with what is there.

    Args:
        wish: what is wanted.
        reading: what is there.
        prune: whether what is not in the model is deleted.
        destroy: the keys of things that may be deleted though nothing brings them back.

    Raises:
        VaultError: The token may not read something.
        NoAnswerError: No node answers.
    """
    made: list[Change] = []
    gone: list[Change] = []
    problems: list[Problem] = []
    for kind, provider in providers().items():
        wanted = list(provider.wanted(wish))
        actual = provider.actual(reading, wish)
        for each in wanted:
            made.append(_change(kind, each, actual.get(each.key)))
            problems += _problems(provider, each, made[-1])
        strangers = sorted({*actual} - {each.key for each in wanted})
        gone += [_stranger(provider, key, actual[key], prune=prune, destroy=destroy) for key in strangers]
    # What depends on others goes before them.
    gone.reverse()
    problems += _not_there(gone, destroy)
    return Plan((*made, *gone), tuple(problems))


def _change(kind: str, wanted: Wanted, actual: Mapping[str, Any] | None) -> Change:
    change = Change(Action.KEEP, kind, wanted.key, wanted.body, actual)
    if actual is None:
        return replace(change, action=Action.CREATE)
    fields = differences(wanted.body, actual)
    return replace(change, action=Action.UPDATE if fields else Action.KEEP, fields=fields)


def _stranger(
    provider: Provider, key: str, there: Mapping[str, Any], *, prune: bool, destroy: Collection[str]
) -> Change:
    change = Change(Action.UNMANAGED, provider.KIND, key, before=there)
    if not prune:
        return change
    if provider.DESTROYS and key not in destroy:
        return replace(change, reason=f"nothing brings it back: --allow-destroy {key}")
    return replace(change, action=Action.DELETE, reason="not in the model")


def _problems(provider: Provider, wanted: Wanted, change: Change) -> Iterator[Problem]:
    if provider.KIND == AUTH_CONFIG and _unreviewed(wanted, change):
        cluster = wanted.key.rpartition("/")[2]
        text = f"nobody reviews the tokens of {cluster}: each login there will be refused"
        help_text = f"give the token of an account that may: `sightline vault apply --reviewer {cluster}=FILE`"
        yield Problem(REVIEWER_MISSING, text, help_text, wanted.path, Severity.WARNING)
    if change.action is not Action.UPDATE or change.before is None:
        return
    for field in change.fields:
        if field.path.partition(".")[0] in provider.FIXED or _downgrade(field):
            text = f"{change.name} is there, and Vault changes no {field}"
            yield Problem(FIXED, text, "write what is there, or make another one and move to it", wanted.path)
    if provider.KIND == AUTH_CONFIG and change.before.get(REVIEWED) and REVIEWER not in wanted.body:
        text = f"this change of {change.name} would have Vault forget the reviewer's token"
        cluster = wanted.key.rpartition("/")[2]
        yield Problem(REVIEWER_LOST, text, f"give it again: --reviewer {cluster}=FILE", wanted.path)


def _unreviewed(wanted: Wanted, change: Change) -> bool:
    return (
        wanted.body["disable_local_ca_jwt"]
        and REVIEWER not in wanted.body
        and not (change.before is not None and change.before.get(REVIEWED))
    )


def _downgrade(field: FieldChange) -> bool:
    """Whether a key-value store would have to forget its versions."""
    return field.path == "options.version" and (field.before, field.after) == ("2", "1")


def _not_there(gone: list[Change], destroy: Collection[str]) -> Iterator[Problem]:
    known = [each.key for each in gone]
    for key in destroy:
        if key not in known:
            near = did_you_mean(key, known)
            hint = f"did you mean `{near}`?" if near else "nothing that is not in the model is called so"
            yield Problem(NOT_TO_DESTROY, f"--allow-destroy {key}: there is no such thing to delete", hint)
