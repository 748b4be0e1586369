"""`sightline dashboards`: boards in Python, dashboards out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.diagnostics import has_errors
from sightline_core.envelope import dumps, envelope
from sightline_core.exit_codes import ExitCode
from sightline_core.suggest import did_you_mean
from sightline_dashboards.compile import compile_boards, keys
from sightline_datadog.documents import Kind
from sightline_datadog.options import plan_options, push_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_datadog.wish import Wish


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Compile dashboards, and plan and push them."""


_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document whatever comes of it.")


@main.command("list")
@_JSON
def list_boards(*, as_json: bool) -> int:
    """Print the keys of the boards."""
    console = Console.detect()
    found = keys()
    console.out(dumps(envelope(found)) if as_json else "".join(f"{key}\n" for key in found), end="")
    return ExitCode.OK


@main.command("compile")
@click.argument("boards", nargs=-1)
@click.option(
    "-o", "--out", type=click.Path(file_okay=False, path_type=Path), help="Write files for `sightline datadog` there."
)
@_JSON
def compile_command(boards: tuple[str, ...], out: Path | None, *, as_json: bool) -> int:
    """Print boards as JSON, all of them where none is named, or write them; exit 1 where one is wrong."""
    console = Console.detect()
    documents, findings, sources = compile_boards(_known(boards))
    if not as_json:
        console.findings(findings, sources)
    broken = has_errors(findings)
    if out is not None and not broken:
        from sightline_datadog.directory import write

        for path in write(out, documents):
            console.note(f"wrote {path}")
    if as_json or not (broken or out):
        product = [] if broken else [{"kind": each.kind, "key": each.key, "body": each.body} for each in documents]
        console.out(dumps(envelope(product, findings if as_json else ())), end="")
    return ExitCode.NO if broken else ExitCode.OK


@main.command()
@plan_options
def plan(project: str, **flags: Any) -> int:
    """Show what a push would change; exit 1 where it would."""
    from sightline_datadog.push import run_plan

    return _with_documents(project, flags, run_plan)


@main.command()
@push_options
def push(project: str, **flags: Any) -> int:
    """Create, update and delete dashboards until the target holds every board; SLOs they show must be there."""
    from sightline_datadog.push import run_push

    return _with_documents(project, flags, run_push)


def _with_documents(project: str, flags: dict[str, Any], run: Callable[[Wish, Console], int]) -> int:
    from sightline_datadog.reporting.forms import refuse
    from sightline_datadog.wish import Wish

    console = Console.detect()
    documents, findings, sources = compile_boards()
    if has_errors(findings):
        return refuse(findings, sources, project, flags, console)
    return run(Wish.of(documents, (Kind.DASHBOARD,), project, sources, flags), console)


def _known(boards: tuple[str, ...]) -> tuple[str, ...]:
    every = keys()
    for board in boards:
        if board not in every:
            near = did_you_mean(board, every)
            raise click.BadParameter(f"there is no board `{board}`" + (f"; did you mean `{near}`?" if near else ""))
    return boards
