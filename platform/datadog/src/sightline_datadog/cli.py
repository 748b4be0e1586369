"""`sightline datadog`: queries and documents, whoever wrote them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.diagnostics import has_errors
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_datadog.documents import Kind
from sightline_datadog.options import push_options
from sightline_datadog.query_check import FORMULA, METRIC, MONITOR_TYPES, asked, asked_by_line, check_query

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_datadog.push import Wish

_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Check queries, and plan and push Datadog objects kept as JSON files."""


@main.group()
def query() -> None:
    """Look at queries."""


@query.command("check")
@click.argument("queries", nargs=-1)
@click.option("--file", "path", type=click.Path(path_type=Path), help="Read them from a file, one a line.")
@click.option("--monitor", type=click.Choice(MONITOR_TYPES), help="Read them as queries of such monitors.")
@click.option("--metric", is_flag=True, help="Read them as metric queries.")
@click.option("--formula", is_flag=True, help="Read them as formulas over named queries.")
@click.option("--tree", is_flag=True, help="Print the tree instead of the canonical form.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document with both instead of text.")
def check_queries(queries: tuple[str, ...], path: Path | None, **flags: Any) -> int:
    """Print the canonical form of each query, or what is wrong with it and where.

    Queries are arguments, lines of a file or, for neither, lines of standard input. Unless told otherwise each is read
    as what it looks like: a metric query, or a monitor's of any type.
    """
    console = Console.detect()
    if queries and path:
        raise click.UsageError("give queries or --file, not both")
    kinds = [flags["monitor"], METRIC if flags["metric"] else None, FORMULA if flags["formula"] else None]
    if len(chosen := [each for each in kinds if each]) > 1:
        raise click.UsageError("give one of --monitor, --metric and --formula")
    file = "<arguments>" if queries else str(path or "<stdin>")
    source = "\n".join(queries) if queries else _read(path)
    wanted = list(asked(queries)) if queries else asked_by_line(source)
    results = [check_query(each, chosen[0] if chosen else None, file) for each in wanted]
    findings = [each for result in results for each in result.findings]
    if flags["as_json"]:
        console.out(dumps(envelope([result.data() for result in results], findings)), end="")
    else:
        for result in results:
            if result.canonical is not None:
                console.out("\n".join(result.lines()) if flags["tree"] else result.canonical)
        console.findings(findings, {file: source})
    if not wanted:
        return ExitCode.NOTHING
    return ExitCode.NO if findings else ExitCode.OK


def _read(path: Path | None) -> str:
    try:
        return path.read_text(encoding="utf-8") if path else sys.stdin.read()
    except (OSError, UnicodeDecodeError) as error:
        where = str(path or "standard input")
        raise SightlineError(
            "the queries cannot be read", where=where, why=str(error), help="give UTF-8 text"
        ) from error


@main.command()
@_PATHS
@push_options
def plan(paths: tuple[Path, ...], project: str, **flags: bool) -> int:
    """Show what a push of <kind>.<key>.json files would change; exit 1 where it would.

    Only kinds that are among the files are spoken for; with --allow-empty all kinds are.
    """
    from sightline_datadog.push import run_plan

    return _with_documents(paths, project, flags, run_plan)


@main.command()
@_PATHS
@push_options
def push(paths: tuple[Path, ...], project: str, **flags: bool) -> int:
    """Create, update and delete until the target holds what the files say.

    Only kinds that are among the files are spoken for; with --allow-empty all kinds are.
    """
    from sightline_datadog.push import run_push

    return _with_documents(paths, project, flags, run_push)


def _with_documents(
    paths: tuple[Path, ...], project: str, flags: dict[str, bool], run: Callable[[Wish, Console], int]
) -> int:
    from sightline_datadog.directory import read
    from sightline_datadog.push import Wish

    console = Console.detect()
    documents, findings, sources = read(paths)
    if has_errors(findings):
        if flags["as_json"]:
            console.out(dumps(envelope(None, findings)), end="")
        else:
            console.findings(findings, sources)
        return ExitCode.NO
    # A directory of SLOs says nothing of dashboards: those of the project are not to be deleted for it.
    kinds = tuple(kind for kind in Kind if flags["allow_empty"] or any(each.kind is kind for each in documents))
    return run(Wish.of(documents, kinds, project, sources, flags), console)
