"""Write the comment of a pull request: what its specs change against another revision, the riskiest first.

Both versions are compiled here and compared with one another: no key and no network is needed, so that it works for a
fork's pull request. It exits 0 whatever the specs are; `validate` is what fails.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.errors import SightlineError
from sightline_slo.commands._options import compiled, how, specs_options

if TYPE_CHECKING:
    from sightline_datadog.documents import Document
    from sightline_datadog.sync.plan import Plan

PROJECT = "pull-request"


@click.command("comment", help=__doc__)
@specs_options
@click.option(
    "--against", required=True, metavar="REV", help="The revision of git to compare with, such as origin/main."
)
@click.option("--backtest", metavar="FILE", help="What `backtest --against REV --json` printed; its changes are added.")
@click.option("--limit", type=click.IntRange(0), default=60_000, show_default=True, help="Characters; 0 for no limit.")
def command(
    specs: tuple[str, ...],
    variables: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    *,
    against: str,
    backtest: str | None,
    limit: int,
) -> int:
    """Compile both, compare, print Markdown."""
    from sightline_slo.reporting.comment import comment

    answer = compiled(specs, variables, include, exclude)
    made = None if answer.broken else _plan(answer.documents, _before(specs, variables, against))
    lines = _delta(Path(backtest), against) if backtest else []
    text = comment(made, answer.findings, against, lines, limit)
    Console.detect().out(text, end="")
    return 0


def _before(specs: tuple[str, ...], variables: tuple[str, ...], against: str) -> tuple[Document, ...]:
    """Compile the other version; what is wrong with it is no longer of interest."""
    from sightline_slo.backtesting.versions import at_revision
    from sightline_slo.compile import Options, compile_specs

    values = dict(each.split("=", 1) for each in variables)
    return compile_specs(at_revision(specs, against), Options(variables=values, **how()[0])).documents


def _plan(after: tuple[Document, ...], before: tuple[Document, ...]) -> Plan:
    """Plan as if the other version had been pushed: the plan that a push would make of a target that it holds."""
    from sightline_datadog.documents import Kind
    from sightline_datadog.ownership import Mark, marked
    from sightline_datadog.references import Address, resolve
    from sightline_datadog.sync.endpoints import ENDPOINTS
    from sightline_datadog.sync.plan import plan
    from sightline_datadog.sync.remote import RemoteObject

    ids: dict[Address, str] = {(each.kind, each.key): f"{each.kind}:{each.key}" for each in before}
    there = []
    for each in before:
        body = resolve(marked(each, PROJECT), ids)
        metric = each.kind is Kind.METRIC
        title = each.key if metric else ENDPOINTS[each.kind].titled(body)
        mark = None if metric else Mark(PROJECT, each.kind, each.key)
        there.append(RemoteObject(each.kind, ids[each.kind, each.key], title, body, mark))
    return plan(after, there, project=PROJECT, kinds=(Kind.SLO, Kind.SLO_CORRECTION, Kind.MONITOR))


def _delta(file: Path, against: str) -> list[str]:
    from sightline_slo.backtesting.report import difference_lines

    try:
        changes: Any = json.loads(file.read_text(encoding="utf-8"))["data"]["changes"]
        return list(difference_lines(changes, against))
    except OSError as error:
        raise SightlineError("the backtest cannot be read", where=str(file), why=str(error.strerror)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SightlineError(
            "this is no backtest", where=str(file), help="make it with `sightline slo backtest --against REV --json`"
        ) from error
