"""Check manifests by every rule and by a Pod Security Standard; exit 1 where one is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sightline_core.console import Console
from sightline_core.exit_codes import ExitCode
from sightline_core.formats.option import format_option
from sightline_kube.podsecurity.profiles import Profile

if TYPE_CHECKING:
    from sightline_kube.judging import Judged


@click.command("check", help=__doc__)
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--profile",
    type=click.Choice([each.value for each in Profile]),
    default=Profile.RESTRICTED.value,
    show_default=True,
    help="The Pod Security Standard that pod templates are held to.",
)
@click.option("--strict", is_flag=True, help="Warnings are a no, too.")
@format_option
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(paths: tuple[str, ...], profile: str, form: str, *, strict: bool, as_json: bool) -> int:
    """Say the findings in the form that is asked for."""
    import datetime as dt

    from sightline_core.diagnostics import Severity, has_errors
    from sightline_core.formats import answering, chosen, emit
    from sightline_core.formats.report import Case, Report
    from sightline_kube.files import read
    from sightline_kube.judging import judge

    console, name = Console.detect(), "json" if as_json else chosen(form)
    with answering(name, console, silent=as_json):
        answer = judge(read(paths), dt.datetime.now(dt.UTC).date(), profile=Profile(profile))
    cases = [Case(str(each), each.at()) for each in answer.bundle.manifests]
    data = [
        {"kind": each.kind, "namespace": each.effective_namespace, "name": each.name, "source": each.source}
        for each in answer.bundle.manifests
    ]
    report = Report(answer.findings, answer.sources, cases, data, _summary(answer), "sightline kube check")
    broken = has_errors(answer.findings) or (
        strict and any(each.severity is Severity.WARNING for each in answer.findings)
    )
    nothing = not answer.bundle.manifests and not broken
    return emit(report, name, console, ExitCode.NOTHING if nothing else ExitCode.NO if broken else ExitCode.OK)


def _summary(answer: Judged) -> str:
    count = len(answer.bundle.manifests)
    return f"{count} object{'' if count == 1 else 's'}{'' if answer.findings else ', no findings'}"
