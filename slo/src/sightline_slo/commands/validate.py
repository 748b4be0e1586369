"""Read and check specs; exit 1 where one is wrong."""

from __future__ import annotations

import click

from sightline_core.console import Console
from sightline_slo.commands._options import code, compiled, counted, specs_options
from sightline_slo.formats.option import format_option


@click.command("validate", help=__doc__)
@specs_options
@format_option
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(form: str, *, as_json: bool, **chosen_specs: tuple[str, ...]) -> int:
    """Say the findings in the form that is asked for."""
    from sightline_slo.formats import answering, chosen, emit
    from sightline_slo.formats.report import Case, Report

    console, name = Console.detect(), "json" if as_json else chosen(form)
    with answering(name, console, silent=as_json):
        answer = compiled(**chosen_specs)
    data = [{"key": slo.key, "objective": slo.objective, "period": slo.period} for slo in answer.slos]
    cases = [Case(slo.key, slo.places.slo) for slo in answer.slos]
    report = Report(answer.findings, answer.sources, cases, data, counted(answer))
    return emit(report, name, console, code(answer))
