"""`sightline slo`: specs in, Datadog objects out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.exit_codes import ExitCode
from sightline_datadog.documents import Kind
from sightline_datadog.options import push_options
from sightline_slo.formats.option import format_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_datadog.push import Wish
    from sightline_slo.compile import Compiled

KINDS = (Kind.METRIC, Kind.SLO, Kind.MONITOR)
"""What a push of specs speaks for: it never deletes a dashboard."""

_SPECS = click.argument("specs", nargs=-1, required=True)
_VARIABLES = click.option(
    "--var", "variables", multiple=True, metavar="NAME=VALUE", help="What stands for ${NAME} in queries; repeatable."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Compile SLO specs, and plan and push what they compile to.

    SPECS are files, directories (every .yaml and .yml below), or - for standard input.
    """


@main.command()
@_SPECS
@_VARIABLES
@format_option
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def validate(specs: tuple[str, ...], variables: tuple[str, ...], form: str, *, as_json: bool) -> int:
    """Read and check specs; exit 1 where one is wrong."""
    from sightline_slo.formats import answering, chosen, emit
    from sightline_slo.formats.report import Case, Report

    console, name = Console.detect(), "json" if as_json else chosen(form)
    with answering(name, console, silent=as_json):
        compiled = _compiled(specs, variables)
    data = [{"key": slo.key, "objective": slo.objective, "period": slo.period} for slo in compiled.slos]
    cases = [Case(slo.key, slo.places.slo) for slo in compiled.slos]
    report = Report(compiled.findings, compiled.sources, cases, data, _counted(compiled))
    return emit(report, name, console, _code(compiled))


@main.command("compile")
@_SPECS
@_VARIABLES
@click.option("-o", "--out", type=click.Path(file_okay=False), help="Write <kind>.<key>.json files into a directory.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document whatever comes of it, findings inside.")
def compile_command(specs: tuple[str, ...], variables: tuple[str, ...], out: str | None, *, as_json: bool) -> int:
    """Print what specs compile to as JSON, or write it into a directory; nothing of it where a spec is wrong."""
    from sightline_datadog import directory

    console = Console.detect()
    compiled = _compiled(specs, variables)
    if not as_json:
        console.findings(compiled.findings, compiled.sources)
    if not compiled.documents:
        console.note(_counted(compiled))
    product: list[Any]
    if out is not None:
        product = [str(path) for path in directory.write(Path(out), compiled.documents)] if compiled.documents else []
        for path in product:
            console.note(f"wrote {path}")
    else:
        product = [{"kind": each.kind, "key": each.key, "body": each.body} for each in compiled.documents]
    if as_json or (product and out is None):
        console.out(dumps(envelope(product, compiled.findings if as_json else ())), end="")
    return _code(compiled)


@main.command()
@_SPECS
@_VARIABLES
@push_options
def plan(specs: tuple[str, ...], variables: tuple[str, ...], project: str, **flags: bool) -> int:
    """Show what a push would change; exit 1 where it would."""
    from sightline_datadog.push import run_plan

    return _with_documents(specs, variables, project, flags, run_plan)


@main.command()
@_SPECS
@_VARIABLES
@push_options
def push(specs: tuple[str, ...], variables: tuple[str, ...], project: str, **flags: bool) -> int:
    """Create, update and delete until the target holds what the specs say.

    The target is DD_HOST or DD_SITE with the keys DD_API_KEY and DD_APP_KEY; with none of them, the local backend.
    """
    from sightline_datadog.push import run_push

    return _with_documents(specs, variables, project, flags, run_push)


def _with_documents(
    specs: tuple[str, ...],
    variables: tuple[str, ...],
    project: str,
    flags: dict[str, bool],
    run: Callable[[Wish, Console], int],
) -> int:
    from sightline_datadog.push import Wish

    console = Console.detect()
    compiled = _compiled(specs, variables)
    if compiled.broken:
        if flags["as_json"]:
            console.out(dumps(envelope(None, compiled.findings)), end="")
        else:
            console.findings(compiled.findings, compiled.sources)
        return ExitCode.NO
    return run(
        Wish.of(compiled.documents, KINDS, project, compiled.sources, flags, findings=compiled.findings), console
    )


def _compiled(specs: tuple[str, ...], variables: tuple[str, ...]) -> Compiled:
    from sightline_slo.compile import compile_specs
    from sightline_slo.files import read

    values = {}
    for each in variables:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"`{each}` is not NAME=VALUE", param_hint="--var")
        values[name] = value
    return compile_specs(read(specs), values)


def _code(compiled: Compiled) -> int:
    if compiled.broken:
        return ExitCode.NO
    return ExitCode.OK if compiled.slos else ExitCode.NOTHING


def _counted(compiled: Compiled) -> str:
    slos, files = len(compiled.slos), len(compiled.sources)
    return f"{slos} SLO{'s' * (slos != 1)} in {files} file{'s' * (files != 1)}"
