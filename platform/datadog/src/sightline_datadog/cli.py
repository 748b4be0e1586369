"""`sightline datadog`: queries and documents, whoever wrote them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sightline_core.console import Console
from sightline_core.diagnostics import Diagnostic, Span, has_errors
from sightline_core.envelope import dumps, envelope
from sightline_core.exit_codes import ExitCode
from sightline_datadog.documents import Kind
from sightline_datadog.options import push_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_datadog.push import Wish

MONITOR_TYPES = ("slo alert", "metric alert", "query alert")
_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Check queries, and plan and push Datadog objects kept as JSON files."""


@main.group()
def query() -> None:
    """Look at queries."""


@query.command("check")
@click.argument("queries", nargs=-1)
@click.option("--monitor", "monitor_type", type=click.Choice(MONITOR_TYPES), help="Read them as monitors' queries.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def check_queries(queries: tuple[str, ...], monitor_type: str | None, *, as_json: bool) -> int:
    """Print the canonical form of each query, or what is wrong with it; from standard input, one a line, for none."""
    console = Console.detect()
    texts = list(queries) or [line.rstrip("\n") for line in sys.stdin if line.strip()]
    file = "<arguments>" if queries else "<stdin>"
    results = [checked_query(text, monitor_type, file, line) for line, text in enumerate(texts, 1)]
    findings = [each for _, problems in results for each in problems]
    if as_json:
        data = [{"query": text, "canonical": form} for text, (form, _) in zip(texts, results, strict=True)]
        console.out(dumps(envelope(data, findings)), end="")
    else:
        for form, _ in results:
            if form is not None:
                console.out(form)
        console.findings(findings, {file: "\n".join(texts)})
    if not texts:
        return ExitCode.NOTHING
    return ExitCode.NO if findings else ExitCode.OK


def checked_query(text: str, monitor_type: str | None, file: str, line: int) -> tuple[str | None, list[Diagnostic]]:
    """Return a query's canonical form, or what is wrong with it as if the text were a line of `file`."""
    from sightline_datadog.query import canonical, parse_metric_query, parse_monitor_query

    def place(start: int, end: int) -> Span:
        return Span(file, line, start + 1, line, max(end, start + 1) + 1)

    if monitor_type:
        monitor, problems = parse_monitor_query(monitor_type, text)
        return (canonical(monitor) if monitor else None), [each.diagnostic(place) for each in problems]
    expression, problems = parse_metric_query(text)
    return (canonical(expression) if expression else None), [each.diagnostic(place) for each in problems]


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
