"""Replay a history through the alerts: pages, tickets, detection, reset, budget used, precision and recall."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.exit_codes import ExitCode
from sightline_slo.commands._options import code, compiled, how, refused, specs_options
from sightline_slo.commands._picking import backend_option, pick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_slo.backtesting.incidents import Incident
    from sightline_slo.backtesting.replay import Replay
    from sightline_slo.backtesting.sources import Source
    from sightline_slo.model import Backend, Slo


@click.command("backtest", help=__doc__)
@specs_options
@click.option("--history", required=True, help="A .csv, .parquet or .json file, prometheus=URL, datadog or local.")
@click.option("--slo", "key", default="*", help="Only SLOs whose keys match, such as shop-*.")
@backend_option
@click.option("--incidents", type=click.Path(dir_okay=False), help="A CSV of start,end,name to judge the pages by.")
@click.option("--days", type=click.IntRange(1, 400), default=30, help="How far back to ask a server; 30.")
@click.option("--until", help="Until when to ask a server (ISO 8601 or Unix seconds); now.")
@click.option("--against", metavar="REV", help="Compare with the specs at a revision of git, such as main.")
@click.option("--episodes", "with_episodes", is_flag=True, help="List every page and ticket.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def command(
    *,
    specs: tuple[str, ...],
    variables: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    history: str,
    key: str,
    backend: str | None,
    incidents: str | None,
    days: int,
    until: str | None,
    against: str | None,
    with_episodes: bool,
    as_json: bool,
) -> int:
    """Replay; exit 3 where no SLO has a history."""
    from sightline_slo.backtesting import report
    from sightline_slo.backtesting.incidents import read
    from sightline_slo.backtesting.opening import open_source

    console = Console.detect()
    answer = compiled(specs, variables, include, exclude)
    if refused(answer, console, as_json=as_json):
        return code(answer)
    known = None if incidents is None else read(Path(incidents))
    end = _until(until)
    source = open_source(history, end - days * 86400, end)
    made = _replayed(pick(answer.slos, key, backend), source, known, console)
    changes = None
    if against is not None:
        before = _replayed(_before(specs, (variables, include, exclude), against, key, backend), source, known, console)
        changes = report.difference(before, made)
    if as_json:
        data = {"slos": [report.as_data(each) for each in made], "against": against, "changes": changes}
        console.out(dumps(envelope(data)), end="")
    elif made:
        console.out(report.table(made), end="")
        for each in made if with_episodes else ():
            console.out("\n".join([f"{each.slo.key} ({each.backend})", *report.episodes(each)]))
        for line in report.difference_lines(changes, against or "") if changes is not None else ():
            console.out(line)
    return ExitCode.OK if made else ExitCode.NOTHING


def _until(given: str | None) -> int:
    from sightline_slo.backtesting.moments import moment

    try:
        second = time.time() if given is None else moment(given)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--until") from error
    return int(second) // 60 * 60


def _replayed(
    chosen: Sequence[tuple[Slo, list[Backend]]], source: Source, incidents: Sequence[Incident] | None, console: Console
) -> list[Replay]:
    from sightline_slo.backtesting.replay import replay
    from sightline_slo.backtesting.sources import Foresighted

    made = []
    if isinstance(source, Foresighted):
        source.expect([slo for slo, _ in chosen])
    for slo, backends in chosen:
        for backend in backends:
            history = source.history(slo, backend)
            if history is None:
                console.warn(f"there is no history of {slo.key} ({backend})")
            else:
                made.append(replay(slo, history, backend, incidents))
    return made


def _before(
    specs: tuple[str, ...], options: tuple[tuple[str, ...], ...], revision: str, key: str, backend: str | None
) -> list[tuple[Slo, list[Backend]]]:
    """Compile the specs of another version; findings in it are no longer of interest, SLOs that it lacks are new."""
    from sightline_core.errors import SightlineError
    from sightline_slo.backtesting.versions import at_revision
    from sightline_slo.compile import Options, compile_specs

    variables, include, exclude = options
    values = dict(each.split("=", 1) for each in variables)
    answer = compile_specs(at_revision(specs, revision, include, exclude), Options(variables=values, **how()[0]))
    try:
        return pick(answer.slos, key, backend)
    except SightlineError:
        return []
