"""Plan and push for commands: `slo`, `dashboards` and `datadog` differ only in where their documents come from."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from sightline_core.diagnostics import Diagnostic, has_errors
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_datadog import settings
from sightline_datadog.checks import check
from sightline_datadog.sync.apply import Outcome, apply
from sightline_datadog.sync.plan import Action, Plan, plan
from sightline_datadog.sync.printer import PlanPrinter, as_data
from sightline_datadog.sync.remote import read_remote
from sightline_datadog.transport import ClientTransport

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_core.console import Console
    from sightline_datadog.documents import Document, Kind
    from sightline_datadog.settings import Target
    from sightline_datadog.transport import Transport

_PAST = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a command asks for.

    `kinds` is what the documents speak for: of these kinds, what is ours and not among them is deleted. `allow_empty`
    lets an empty set delete everything. `findings` are the author's warnings, which stand in the JSON beside the plan.
    """

    documents: Sequence[Document]
    kinds: tuple[Kind, ...]
    project: str
    sources: Mapping[str, str]
    adopt: bool = False
    json: bool = False
    allow_empty: bool = False
    yes: bool = False
    findings: Sequence[Diagnostic] = ()

    @classmethod
    def of(
        cls,
        documents: Sequence[Document],
        kinds: tuple[Kind, ...],
        project: str,
        sources: Mapping[str, str],
        flags: Mapping[str, bool],
        *,
        findings: Sequence[Diagnostic] = (),
    ) -> Wish:
        """Make one from a command's flags, as `push_options` names them."""
        return cls(
            documents,
            kinds,
            project,
            sources,
            adopt=flags["adopt"],
            json=flags["as_json"],
            allow_empty=flags["allow_empty"],
            yes=flags["yes"],
            findings=findings,
        )


def run_plan(wish: Wish, console: Console) -> int:
    """Show what a push would do; exit 0 for nothing, 1 for changes or problems, 3 for no documents."""
    made = _planned(wish, console)
    if isinstance(made, int):
        return made
    planned, _ = made
    _print(planned, wish, console)
    return ExitCode.OK if planned.empty and not planned.problems else ExitCode.NO


def run_push(wish: Wish, console: Console) -> int:
    """Do it; exit 0 when all was done, 1 for a problem or a refusal, 2 where the API broke, 3 for no documents."""
    made = _planned(wish, console)
    if isinstance(made, int):
        return made
    planned, transport = made
    if planned.problems:
        _print(planned, wish, console)
        return ExitCode.NO
    if not planned.empty and _asked(planned, wish, console) and _read(wish, transport, console) != planned:
        raise SightlineError(
            "what is there changed while you were asked", why="the plan is stale", help="push again, and look anew"
        )
    if not wish.json:
        _print(planned, wish, console)
    outcomes, failure = _applied(planned, transport, wish, console)
    if failure:
        click.echo(failure.frame(), err=True)
        return ExitCode.UNANSWERED
    refused = [each for each in outcomes if each.error]
    if refused:
        console.error(f"{len(refused)} of {len(outcomes)} changes were refused; push again once they are mended")
    return ExitCode.NO if refused else ExitCode.OK


def _applied(
    planned: Plan, transport: Transport, wish: Wish, console: Console
) -> tuple[list[Outcome], SightlineError | None]:
    outcomes: list[Outcome] = []
    failure: SightlineError | None = None

    def observe(outcome: Outcome) -> None:
        outcomes.append(outcome)
        _tell(outcome, console)

    try:
        apply(planned, transport, observe)
    except SightlineError as error:
        failure = error
    finally:
        # Whatever ends it, a machine learns what was done until then.
        if wish.json:
            data = {**as_data(planned), "outcomes": [_as_data(each) for each in outcomes]}
            _emit(data, wish, console, [failure.diagnostic()] if failure else [])
    return outcomes, failure


def _as_data(outcome: Outcome) -> dict[str, object]:
    change = outcome.change
    data: dict[str, object] = {"action": change.action, "kind": change.kind, "key": change.key, "id": outcome.id}
    return data | ({"error": outcome.error} if outcome.error else {})


def _asked(planned: Plan, wish: Wish, console: Console) -> bool:
    """Ask where it must be asked; whether it was, since a plan ages while a person thinks."""
    target = settings.resolve(os.environ)
    if wish.yes or target.local:
        return False
    if not sys.stdin.isatty():
        raise SightlineError(
            f"not asked whether to change {target.host}", why="there is no terminal", help="say --yes, after a plan"
        )
    console.note(PlanPrinter(console.paint).text(planned))
    click.confirm(f"Do this at {target.host}?", abort=True, err=True)
    return True


def _planned(wish: Wish, console: Console) -> tuple[Plan, Transport] | int:
    if not wish.documents and not wish.allow_empty:
        console.error("there is nothing to push")
        console.note("an empty set would delete everything of this project; --allow-empty says that you mean it")
        if wish.json:
            _emit(None, wish, console)
        return ExitCode.NOTHING
    findings = check(wish.documents)
    if has_errors(findings):
        _report(findings, wish, console)
        return ExitCode.NO
    target = settings.resolve(os.environ)
    console.note(f"target: {_described(target)}, project: {wish.project}")
    transport = ClientTransport(target)
    if not wish.json:
        console.findings(wish.findings, wish.sources)
    return _read(wish, transport, console), transport


def _read(wish: Wish, transport: Transport, console: Console) -> Plan:
    remote = read_remote(transport, wish.documents, wish.kinds, console.redraw)
    console.redraw("")
    return plan(wish.documents, remote, project=wish.project, kinds=wish.kinds, adopt=wish.adopt)


def _described(target: Target) -> str:
    return f"{target.host} (this machine)" if target.local else target.host


def _print(planned: Plan, wish: Wish, console: Console) -> None:
    if planned.problems:
        _report(planned.problems, wish, console)
    elif wish.json:
        _emit(as_data(planned), wish, console)
    else:
        console.out(PlanPrinter(lambda text, style: console.paint(text, style, product=True)).text(planned))


def _report(findings: Sequence[Diagnostic], wish: Wish, console: Console) -> None:
    if wish.json:
        _emit(None, wish, console, findings)
    else:
        console.findings(findings, wish.sources)


def _emit(data: object, wish: Wish, console: Console, findings: Sequence[Diagnostic] = ()) -> None:
    console.out(dumps(envelope(data, [*wish.findings, *findings])), end="")


def _tell(outcome: Outcome, console: Console) -> None:
    change = outcome.change
    if outcome.error:
        console.error(f"{change.action} {change.kind} {change.key}: {outcome.error}")
    else:
        console.note(f"{_PAST[change.action]} {change.kind} {change.key} ({outcome.id})")
