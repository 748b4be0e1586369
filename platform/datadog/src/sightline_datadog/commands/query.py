"""Look at queries: print their canonical form, or what is wrong with them and where."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_datadog.query_check import FORMULA, METRIC, MONITOR_TYPES, asked, asked_by_line, check_query


@click.group("query", help=__doc__)
def command() -> None:
    """Hold the one sub-command."""


@command.command("check")
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
