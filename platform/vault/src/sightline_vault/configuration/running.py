"""What `plan`, `apply` and `drift` do, from the model's file to the exit code."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from sightline_core import atomic
from sightline_core.diagnostics import Diagnostic, page
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_core.located import load_all
from sightline_core.loopback import is_loopback
from sightline_vault.client.options import open_client
from sightline_vault.configuration.apply import Outcome, apply
from sightline_vault.configuration.plan import Action, Plan, plan
from sightline_vault.configuration.policy_text import to_text
from sightline_vault.configuration.printer import DRIFTED, PLANNED, PlanPrinter, Words, as_data
from sightline_vault.configuration.reading import OnceEach
from sightline_vault.configuration.rights import rights
from sightline_vault.configuration.saved import Made, stale
from sightline_vault.configuration.things import Wish
from sightline_vault.model import Naming, read_spec, spec_file_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sightline_core.console import Console
    from sightline_vault.client import VaultClient
    from sightline_vault.client.secret import Secret
    from sightline_vault.configuration.plan import Problem
    from sightline_vault.model import VaultClusterSpec

_PAST = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command was asked for."""

    model: Path
    flags: Mapping[str, Any]
    reviewers: Mapping[str, Secret]
    prune: bool = False
    destroy: tuple[str, ...] = ()
    as_json: bool = False


class Run:
    """One command: the model that was read, the client, and the plan that they make."""

    def __init__(self, asked: Asked, console: Console) -> None:
        self._asked = asked
        self.console = console
        self.text = spec_file_text(asked.model)
        spec, findings = read_spec(self.text, str(asked.model))
        self.findings: list[Diagnostic] = findings
        self.spec: VaultClusterSpec | None = spec
        self.client: VaultClient | None = None

    def opened(self, spec: VaultClusterSpec) -> VaultClient:
        """Return the client; by default it asks each of the model's own addresses."""
        naming = Naming(spec)
        self.client = open_client(self._asked.flags, default=[naming.api(each) for each in range(spec.nodes)])
        self.console.note(f"asking {', '.join(self.client.connection.addresses)}")
        return self.client

    def planned(self, spec: VaultClusterSpec, client: VaultClient) -> Plan:
        """Read what is there, and plan.

        Raises:
            UsageError: A reviewer is given for a cluster that the model does not have.
        """
        names = [each.name for each in spec.clusters]
        for name in self._asked.reviewers:
            if name not in names:
                raise click.UsageError(f"--reviewer {name}: the model has {', '.join(names)}")
        wish = Wish(spec, self._asked.reviewers)
        return plan(wish, OnceEach(client), prune=self._asked.prune, destroy=self._asked.destroy)

    def made(self, client: VaultClient) -> Made:
        """Return what the plan was made of."""
        identity = str((client.read("sys/health") or {}).get("cluster_id", ""))
        return Made(self.text, identity, self._asked.prune, self._asked.destroy)

    def located(self, problems: Sequence[Problem]) -> list[Diagnostic]:
        """Return problems as findings at their places of the model's file."""
        documents, _ = load_all(self.text, str(self._asked.model))
        return [
            Diagnostic(
                each.code,
                each.severity,
                each.message,
                documents[0].span_of(each.path) if each.path is not None else None,
                help=each.help,
                url=page(each.code),
            )
            for each in problems
        ]

    def say(self, planned: Plan, words: Words = PLANNED, further: Sequence[Problem] = (), **data: Any) -> None:
        """Print a plan with what stands in its way."""
        findings = [*self.findings, *self.located([*planned.problems, *further])]
        if self._asked.as_json:
            self.console.out(dumps(envelope({**as_data(planned), **data}, findings)), end="")
            return
        paint = self.console.paint
        self.console.out(PlanPrinter(lambda text, style: paint(text, style, product=True), words).text(planned))
        self.console.findings(findings, {str(self._asked.model): self.text})

    def refused(self) -> int:
        """Say what is wrong with the model."""
        if self._asked.as_json:
            self.console.out(dumps(envelope(None, self.findings)), end="")
        else:
            self.console.findings(self.findings, {str(self._asked.model): self.text})
        return ExitCode.NO


def run_plan(asked: Asked, console: Console, out: Path | None) -> int:
    """Show what `apply` would do; exit 0 for nothing, 1 for changes or problems."""
    run = Run(asked, console)
    if run.spec is None:
        return run.refused()
    client = run.opened(run.spec)
    planned = run.planned(run.spec, client)
    if out is not None and not planned.blocked:
        _save(out, dumps(run.made(client).data(planned)))
        console.note(f"saved as {out}: do it with `sightline vault apply {asked.model} --plan {out}`")
    run.say(planned)
    return ExitCode.OK if planned.empty and not planned.blocked else ExitCode.NO


def run_drift(asked: Asked, console: Console) -> int:
    """Show what is otherwise than in the model, or not in it; exit 0 for nothing, 1 for drift."""
    run = Run(asked, console)
    if run.spec is None:
        return run.refused()
    planned = run.planned(run.spec, run.opened(run.spec))
    run.say(planned, DRIFTED)
    return ExitCode.OK if planned.empty and not planned.of(Action.UNMANAGED) else ExitCode.NO


def run_rights(asked: Asked, console: Console, *, write: bool) -> int:
    """Print the policy that a token needs for `drift`, or for `apply`."""
    run = Run(asked, console)
    if run.spec is None:
        return run.refused()
    paths = rights(Wish(run.spec), write=write)
    console.out(dumps(envelope({"paths": paths})) if asked.as_json else to_text(paths), end="")
    return ExitCode.OK


def run_apply(asked: Asked, console: Console, saved: Path | None, *, yes: bool) -> int:
    """Plan and do it; exit 0 when all was done, 1 for a problem or a refusal, 2 where Vault did not answer."""
    run = Run(asked, console)
    if run.spec is None:
        return run.refused()
    client = run.opened(run.spec)
    planned = run.planned(run.spec, client)
    further = list(stale(_text(saved), run.made(client), planned)) if saved is not None else []
    if planned.blocked or further:
        run.say(planned, further=further)
        return ExitCode.NO
    if _asked(planned, run, client, yes=yes) and run.planned(run.spec, client) != planned:
        raise SightlineError("what is there changed while you were asked", help="run it again, and look anew")
    outcomes: list[Outcome] = []

    def observe(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if outcome.error:
            console.error(f"{outcome.change.action} {outcome.change.name}: {outcome.error}")
        else:
            console.note(f"{_PAST[outcome.change.action]} {outcome.change.name}")

    failure: SightlineError | None = None
    try:
        apply(planned, client, observe)
    except SightlineError as error:
        failure = error
        run.findings.append(error.diagnostic())
    run.say(planned, outcomes=[_data(each) for each in outcomes])
    if failure is not None:
        console.note("apply again: what was done stays, and what is left is done then")
        return ExitCode.UNANSWERED
    refused = [each for each in outcomes if each.error]
    if refused:
        console.error(f"{len(refused)} of {len(outcomes)} changes were refused; apply again once they are mended")
    return ExitCode.NO if refused else ExitCode.OK


def _asked(planned: Plan, run: Run, client: VaultClient, *, yes: bool) -> bool:
    """Ask where it must be asked; whether it was, since a plan ages while a person thinks."""
    here = all(is_loopback(each) for each in client.connection.addresses)
    if yes or planned.empty or here:
        return False
    where = ", ".join(client.connection.addresses)
    if not sys.stdin.isatty():
        raise SightlineError(
            f"not asked whether to change {where}", why="there is no terminal", help="say --yes, after a plan"
        )
    run.console.note(PlanPrinter(run.console.paint).text(planned))
    click.confirm(f"Do this at {where}?", abort=True, err=True)
    return True


def _data(outcome: Outcome) -> dict[str, str]:
    change = outcome.change
    data = {"action": str(change.action), "kind": change.kind, "key": change.key}
    return data | ({"error": outcome.error} if outcome.error else {})


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SightlineError("the file cannot be read", where=str(path), why=str(error)) from error


def _save(path: Path, text: str) -> None:
    try:
        atomic.write_text(path, text)
    except OSError as error:
        raise SightlineError("the plan cannot be saved", where=str(path), why=str(error.strerror)) from error
