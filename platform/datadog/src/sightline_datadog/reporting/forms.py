"""`--format` of plan and drift: one plan, said to people, to GitHub, to a pull request or to another program."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_datadog.options import chosen, command_path
from sightline_datadog.reporting.about import DRIFT, PLAN, About
from sightline_datadog.reporting.escaping import code, flat
from sightline_datadog.sync.printer import PlanPrinter, as_data, unknown_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sightline_core.console import Console
    from sightline_core.diagnostics import Diagnostic
    from sightline_datadog.reporting.about import Speech
    from sightline_datadog.sync.plan import Plan

_RUN = re.compile(r"https?://[\w.:-]+/[\w./-]+")


def about(
    command: str, project: str, speech: Speech = PLAN, against: str = "", environ: Mapping[str, str] | None = None
) -> About:
    """Return what a report of a command is called.

    The marker names command and project, so that two of either have places of their own. Within GitHub's CI the whole
    is in the run's log.
    """
    env = os.environ if environ is None else environ
    run = f"{env.get('GITHUB_SERVER_URL')}/{env.get('GITHUB_REPOSITORY')}/actions/runs/{env.get('GITHUB_RUN_ID')}"
    known = env.get("GITHUB_RUN_ID") and _RUN.fullmatch(run)
    marker = f"<!-- {command}: {project} -->"
    title = f"Datadog {speech.noun} of {code(project)}"
    return About(command, title, marker, against, f"[the log of this run]({run})" if known else "", speech)


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a command: a plan (None where nothing can be said of that), findings, files' texts, the exit code.

    `fresh` is what of the findings nobody has narrated yet; None for all.
    """

    plan: Plan | None
    findings: Sequence[Diagnostic]
    sources: Mapping[str, str] = field(default_factory=dict)
    exit_code: int = ExitCode.NO
    fresh: Sequence[Diagnostic] | None = None


def say(form: str, console: Console, told: About, said: Said) -> None:
    """Print a report in a form. But beside JSON, what is fresh of the findings is narrated, too."""
    product = _product(form, told, said)
    if product is not None:
        console.out(product, end="")
    if form in {"text", "github"} and said.plan is not None:
        printer = PlanPrinter(lambda text, style: console.paint(text, style, product=True), told.speech.counts)
        console.out(printer.text(said.plan))
        for kind, fields in unknown_fields(said.plan).items():
            names = flat(", ".join(fields))
            console.note(f"the target holds fields of {kind}s that are in no specification: {names}")
    if form == "github":
        from sightline_core.formats import formats
        from sightline_core.formats.report import Report

        console.out(formats()["github"].render(Report(said.findings, said.sources)), end="")
    if form != "json":
        console.findings(said.findings if said.fresh is None else said.fresh, said.sources)


def refuse(
    findings: Sequence[Diagnostic], sources: Mapping[str, str], project: str, flags: Mapping[str, Any], console: Console
) -> int:
    """Say what is wrong with a command's own files, in the form of its flags; exit 1."""
    command = command_path()
    form = "json" if flags["as_json"] else chosen(flags.get("form", "text"))
    speech = DRIFT if command.endswith(" drift") else PLAN
    say(form, console, about(command, project, speech), Said(None, findings, sources))
    return ExitCode.NO


@contextmanager
def answering(form: str, console: Console, told: About, *, silent: bool) -> Iterator[None]:
    """Say in the form, too, that no answer could be given; `silent` where somebody else says it (`--json`)."""
    try:
        yield
    except SightlineError as error:
        product = _product(form, told, Said(None, [error.diagnostic()], exit_code=ExitCode.UNANSWERED))
        if product is not None and not silent:
            console.out(product, end="")
        raise


def _product(form: str, told: About, said: Said) -> str | None:
    if form == "json":
        data: Any = None if said.plan is None else as_data(said.plan)
        return dumps(envelope(data, said.findings))
    if form == "markdown":
        from sightline_datadog.reporting.comment import comment

        return comment(said.plan, told, said.findings)
    if form == "junit":
        from sightline_datadog.reporting.junit import junit

        return junit(said.plan, told, said.findings, said.sources, said.exit_code)
    return None
