"""Check runbooks: their commands, links and sections; exit 1 where one would not hold."""

from __future__ import annotations

import click

from sightline_core.console import Console
from sightline_core.exit_codes import ExitCode
from sightline_core.formats.option import format_option


@click.command("runbooks", help=__doc__)
@click.argument("paths", nargs=-1, required=True)
@format_option
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(paths: tuple[str, ...], form: str, *, as_json: bool) -> int:
    """Say the findings in the form that is asked for."""
    from sightline_core.diagnostics import has_errors
    from sightline_core.formats import answering, chosen, emit
    from sightline_core.formats.report import Report
    from sightline_kube.files import read
    from sightline_kube.runbooks import check
    from sightline_kube.runbooks.links import Folder

    console, name = Console.detect(), "json" if as_json else chosen(form)
    with answering(name, console, silent=as_json):
        texts = read(paths, frozenset({".md"}))
        findings = check(texts, Folder())
    said = f"{len(texts)} runbook{'' if len(texts) == 1 else 's'}{'' if findings else ', no findings'}"
    report = Report(findings, texts, (), sorted(texts), said, "sightline kube runbooks")
    broken = has_errors(findings)
    nothing = not texts
    return emit(report, name, console, ExitCode.NOTHING if nothing else ExitCode.NO if broken else ExitCode.OK)
