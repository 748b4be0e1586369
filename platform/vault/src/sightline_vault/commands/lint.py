"""Hold a cluster to the hardening checklist: its model, or rendered manifests of any chart; exit 1 where it fails."""

from __future__ import annotations

import click

from sightline_core.console import Console
from sightline_core.exit_codes import ExitCode
from sightline_core.formats.option import format_option


@click.command("lint", help=__doc__)
@click.argument("paths", metavar="SPEC|MANIFESTS|-...", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Warnings are a no, too.")
@format_option
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(paths: tuple[str, ...], form: str, *, strict: bool, as_json: bool) -> int:
    """Say the findings in the form that is asked for, and the score, a line a point."""
    import datetime as dt

    from sightline_core.diagnostics import Severity, has_errors
    from sightline_core.formats import answering, chosen, emit
    from sightline_core.formats.report import Case, Report
    from sightline_kube.files import read
    from sightline_vault.lint import lint

    console, name = Console.detect(), "json" if as_json else chosen(form)
    with answering(name, console, silent=as_json):
        answer = lint(read(paths), dt.datetime.now(dt.UTC).date())
    cases = [Case(str(each), each.at()) for each in answer.estate.bundle.manifests]
    score, *points = answer.score.lines()
    said = score if not answer.is_empty else "nothing here is of a Vault cluster"
    report = Report(answer.findings, answer.sources, cases, answer.score.data(), said, "sightline vault lint")
    broken = has_errors(answer.findings) or (
        strict and any(each.severity is Severity.WARNING for each in answer.findings)
    )
    nothing = answer.is_empty and not broken
    code = emit(report, name, console, ExitCode.NOTHING if nothing else ExitCode.NO if broken else ExitCode.OK)
    if name == "text" and not answer.is_empty:
        console.out("\n".join(points))
    return code
