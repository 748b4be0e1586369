"""Plan, push and apply: `slo`, `dashboards` and `datadog` differ only in where their documents come from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from sightline_core import atomic
from sightline_core.diagnostics import has_errors
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_datadog.checks import check
from sightline_datadog.clock import utc_now
from sightline_datadog.planning import chosen, kinds_of, made, made_offline
from sightline_datadog.reporting.about import DRIFT
from sightline_datadog.reporting.escaping import code
from sightline_datadog.reporting.forms import Said, about, answering, say
from sightline_datadog.sync import planfile
from sightline_datadog.sync.apply import Outcome, apply
from sightline_datadog.sync.plan import Action, Plan, plan
from sightline_datadog.sync.printer import PlanPrinter, as_data
from sightline_datadog.sync.progress import Progress
from sightline_datadog.sync.stale import documents_of, renewed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from sightline_core.console import Console
    from sightline_core.diagnostics import Diagnostic
    from sightline_datadog.documents import Kind
    from sightline_datadog.reporting.about import About
    from sightline_datadog.session import Session
    from sightline_datadog.wish import Wish

_ALL = 10**9
"""Nothing is deleted by looking."""
_PAST = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}


def run_plan(wish: Wish, console: Console) -> int:
    """Show what a push would do; exit 0 for nothing, 1 for changes or problems, 3 for no documents."""
    told = about(wish.command, wish.project)
    with answering(wish.saying, console, told, silent=wish.json):
        refused = _refused(wish, console, told)
        if refused is not None:
            return refused
        if wish.snapshot is not None:
            planned, taken = made_offline(wish, wish.snapshot, console)
            told = replace(told, against=f"the snapshot of {code(taken.target)}, taken at {code(taken.taken_at)}")
        else:
            session = _opened(console, project=wish.project, cache=wish.cache)
            planned = made(wish, session)
            told = replace(told, against=code(session.target.host))
            if wish.out is not None and not planned.problems:
                _save(planned, session, wish.out, console)
            elif wish.out is not None:
                console.error(f"not saved as {wish.out}: there are problems to solve first")
    return _say(planned, wish, console, told)


def run_drift(wish: Wish, console: Console) -> int:
    """Show what is otherwise than the documents say, whoever changed it; exit 0 for nothing, 1 for drift."""
    told = about(wish.command, wish.project, DRIFT)
    with answering(wish.saying, console, told, silent=wish.json):
        refused = _refused(wish, console, told)
        if refused is not None:
            return refused
        session = _opened(console, project=wish.project, cache=wish.cache)
        planned = made(replace(wish, allow_deletes=_ALL, allow_recreate=True), session)
    return _say(planned, wish, console, replace(told, against=code(session.target.host)))


def run_push(wish: Wish, console: Console) -> int:
    """Plan and do it; exit 0 when all was done, 1 for a problem or a refusal, 2 where the API broke, 3 for nothing."""
    refused = _refused(wish, console, about(wish.command, wish.project))
    if refused is not None:
        return refused
    session = _opened(console, project=wish.project, cache=wish.cache)
    planned = made(wish, session)
    if planned.problems:
        return _say(planned, wish, console, about(wish.command, wish.project))
    asked = not planned.empty and session.may_change(console, lambda: _text(planned, console), yes=wish.yes)
    if asked and made(wish, session) != planned:
        raise SightlineError(
            "what is there changed while you were asked", why="the plan is stale", help="push again, and look anew"
        )
    if not wish.json:
        _say(planned, wish, console, about(wish.command, wish.project))
    return do(planned, session, console, findings=wish.findings, as_json=wish.json)


def run_apply(path: Path, console: Console, *, yes: bool, as_json: bool) -> int:
    """Do what a saved plan says, if it is whole and what it was made from still holds; exit codes as `run_push`."""
    session = _opened(console, project="", cache=False)
    try:
        # What is no text is no plan, either, and is told as such.
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        way_out = "give the file that `sightline datadog plan --out` wrote"
        raise SightlineError("the plan cannot be read", where=str(path), why=str(error), help=way_out) from error
    saved = planfile.from_text(text, str(path), session.target.host)
    if not isinstance(saved, planfile.Saved):
        return _report(None, [saved], console, as_json=as_json)
    planned = saved.plan
    console.note(f"project: {planned.project}, planned at {saved.made_at}")
    left = renewed(planned, session.read(documents_of(planned), kinds_of(planned), planned.project))
    if left.problems:
        return _report(as_data(left), left.problems, console, as_json=as_json)
    if not left.empty:
        session.may_change(console, lambda: _text(left, console), yes=yes)
    if not as_json:
        console.out(_text(left, console, product=True))
    return do(left, session, console, as_json=as_json)


def run_destroy(project: str, kinds: tuple[Kind, ...], console: Console, *, yes: bool, as_json: bool) -> int:
    """Delete all that is a project's, of some kinds; exit 3 where there is nothing, else as `run_push`."""
    session = _opened(console, project=project, cache=True)
    planned = plan([], session.read([], kinds, project), project=project, kinds=kinds)
    if planned.empty:
        console.note(f"nothing carries the mark of {project}")
        if as_json:
            console.out(dumps(envelope({**as_data(planned), "outcomes": []})), end="")
        return ExitCode.NOTHING
    session.may_change(console, lambda: _text(planned, console), yes=yes, always=True)
    if not as_json:
        console.out(_text(planned, console, product=True))
    return do(planned, session, console, as_json=as_json)


def do(planned: Plan, session: Session, console: Console, *, findings: Sequence[Diagnostic] = (), as_json: bool) -> int:
    """Apply a plan that was agreed to, and tell what became of it; exit codes as `run_push`."""
    outcomes: list[Outcome] = []
    failure: SightlineError | None = None
    progress = Progress("applying", session.tell)
    progress.expect(sum(each.action is not Action.KEEP for each in planned.changes))

    def observe(outcome: Outcome) -> None:
        outcomes.append(outcome)
        _tell(outcome, console)
        progress.step()

    try:
        apply(planned, session.transport, observe)
    except SightlineError as error:
        failure = error
    finally:
        session.tell("")
        # Whatever ends it, a machine learns what was done until then.
        if as_json:
            data = {**as_data(planned), "outcomes": [_outcome_data(each) for each in outcomes]}
            told = [*findings, *([failure.diagnostic()] if failure else [])]
            console.out(dumps(envelope(data, told)), end="")
    done = [each.change for each in outcomes if not each.error]
    created, deleted = ([each.kind for each in done if each.action is way] for way in (Action.CREATE, Action.DELETE))
    session.cache.changed(planned.project, created, deleted)
    if failure:
        click.echo(failure.frame(), err=True)
        return ExitCode.UNANSWERED
    refused = [each for each in outcomes if each.error]
    if refused:
        console.error(f"{len(refused)} of {len(outcomes)} changes were refused; push again once they are mended")
    return ExitCode.NO if refused else ExitCode.OK


def _opened(console: Console, *, project: str, cache: bool) -> Session:
    # The vendor's client takes a quarter of a second to import, which a plan against a snapshot has no use for.
    from sightline_datadog.session import open_session

    return open_session(console, project=project, cache=cache)


def _refused(wish: Wish, console: Console, told: About) -> int | None:
    """Return the exit code where there is nothing to plan, or nothing that may be planned."""
    if not wish.documents and not wish.allow_empty:
        console.error("there is nothing to push")
        console.note("an empty set would delete everything of this project; --allow-empty says that you mean it")
        say(wish.saying, console, told, Said(None, wish.findings, wish.sources, ExitCode.NOTHING))
        return ExitCode.NOTHING
    if wish.targets and not chosen(wish):
        console.error(f"no document fits --target {' '.join(wish.targets)}")
        console.note("it is KIND.KEY, such as monitor.pay-fast or 'slo.*'")
        say(wish.saying, console, told, Said(None, wish.findings, wish.sources, ExitCode.NOTHING))
        return ExitCode.NOTHING
    findings = check(wish.documents)
    if has_errors(findings):
        say(wish.saying, console, told, Said(None, [*wish.findings, *findings], wish.sources))
        return ExitCode.NO
    if not wish.json:
        console.findings(wish.findings, wish.sources)
    return None


def _save(planned: Plan, session: Session, path: Path, console: Console) -> None:
    saved = planfile.Saved(planned, session.target.host, utc_now().isoformat(timespec="seconds"))
    try:
        atomic.write_text(path, planfile.to_text(saved))
    except OSError as error:
        way_out = "name a file in a directory that can be written"
        raise SightlineError(
            "the plan cannot be saved", where=str(path), why=str(error.strerror), help=way_out
        ) from error
    console.note(f"saved as {path}: do it with `sightline datadog apply {path}`")


def _say(planned: Plan, wish: Wish, console: Console, told: About) -> int:
    fine = not planned.problems and (planned.empty or wish.allow_changes)
    verdict = ExitCode.OK if fine else ExitCode.NO
    findings = [*wish.findings, *planned.problems]
    say(wish.saying, console, told, Said(planned, findings, wish.sources, verdict, fresh=planned.problems))
    return verdict


def _text(planned: Plan, console: Console, *, product: bool = False) -> str:
    return PlanPrinter(lambda text, style: console.paint(text, style, product=product)).text(planned)


def _report(data: Any, findings: Sequence[Diagnostic], console: Console, *, as_json: bool) -> int:
    if as_json:
        console.out(dumps(envelope(data, findings)), end="")
    else:
        console.findings(findings, {})
    return ExitCode.NO


def _outcome_data(outcome: Outcome) -> dict[str, object]:
    change = outcome.change
    data: dict[str, object] = {"action": change.action, "kind": change.kind, "key": change.key, "id": outcome.id}
    return data | ({"error": outcome.error} if outcome.error else {})


def _tell(outcome: Outcome, console: Console) -> None:
    change = outcome.change
    if outcome.error:
        console.error(f"{change.action} {change.name}: {outcome.error}")
    else:
        console.note(f"{_PAST[change.action]} {change.name} ({outcome.id})")
