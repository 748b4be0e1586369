"""Read and check specs; exit 1 where one is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sightline_core.console import Console
from sightline_core.formats.option import format_option
from sightline_slo.commands._options import code, compiled, counted, specs_options
from sightline_slo.model import Backend

if TYPE_CHECKING:
    from sightline_slo.compile import Compiled


@click.command("validate", help=__doc__)
@specs_options
@format_option
@click.option(
    "--backend",
    "backends",
    multiple=True,
    type=click.Choice([each.value for each in Backend]),
    help="Say what it cannot keep; repeatable.",
)
@click.option("--no-rewrites", is_flag=True, help="Refuse what a backend takes only in other words.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(
    form: str, backends: tuple[str, ...], *, no_rewrites: bool, as_json: bool, **chosen_specs: tuple[str, ...]
) -> int:
    """Say the findings in the form that is asked for."""
    from sightline_core.formats import answering, chosen, emit
    from sightline_core.formats.report import Case, Report

    console, name = Console.detect(), "json" if as_json else chosen(form)
    with answering(name, console, silent=as_json):
        answer = compiled(**chosen_specs, backends=tuple(map(Backend, backends)), rewrites=not no_rewrites)
    data: list[dict[str, object]] = [
        {"key": slo.key, "objective": slo.objective, "period": slo.period, **_verdicts(answer, slo.key)}
        for slo in answer.slos
    ]
    # One form alone has cases, and finding the place of each takes longer than all checks.
    cases = [Case(slo.key, slo.places.slo) for slo in answer.slos] if name == "junit" else []
    report = Report(answer.findings, answer.sources, cases, data, counted(answer), "sightline slo validate")
    return emit(report, name, console, code(answer))


def _verdicts(answer: Compiled, key: str) -> dict[str, object]:
    found = {str(each.backend): str(each.kind) for each in answer.mappings if each.key == key}
    return {"backends": found} if found else {}
