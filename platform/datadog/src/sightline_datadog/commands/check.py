"""Check documents without a key and without a network; exit 1 where one is wrong.

PATHS are files or directories of JSON and YAML. What neither a file's name (<kind>.<key>.json) nor a header of `kind:`
and `key:` names is taken for what it looks like: an export of a dashboard, a monitor, an SLO or a synthetics test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sightline_core.console import Console
from sightline_core.exit_codes import ExitCode
from sightline_core.formats.option import format_option
from sightline_datadog.commands._documents import paths_argument

if TYPE_CHECKING:
    from pathlib import Path


@click.command("check", help=__doc__)
@paths_argument
@format_option
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(paths: tuple[Path, ...], form: str, *, as_json: bool) -> int:
    """Say the findings in the form that is asked for."""
    from sightline_core.diagnostics import Span, has_errors, ordered
    from sightline_core.formats import answering, chosen, emit
    from sightline_core.formats.report import Case, Report
    from sightline_datadog.checks import check
    from sightline_datadog.directory import read
    from sightline_datadog.references import check_references

    console, name = Console.detect(), "json" if as_json else chosen(form)
    with answering(name, console, silent=as_json):
        documents, findings, sources = read(paths, guess=True)
    findings = ordered([*findings, *check(documents), *check_references(documents)])
    cases = [Case(each.name, each.span or Span("<arguments>", 1, 1, 1, 1)) for each in documents]
    data = [{"kind": each.kind, "key": each.key, "file": each.span.file if each.span else None} for each in documents]
    summary = f"{len(documents)} documents checked"
    report = Report(findings, sources, cases, data, summary, "sightline datadog check")
    if not documents and not findings:
        return emit(report, name, console, ExitCode.NOTHING)
    return emit(report, name, console, ExitCode.NO if has_errors(findings) else ExitCode.OK)
