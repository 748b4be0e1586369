"""Show how SLOs stand: their budgets, paces and alerts; exit 3 where there is none.

SPECS limit it to their SLOs; without any, all of the source are shown. The source is Datadog (DD_SITE or DD_HOST with
the keys), the local backend where none of these is set, or --prometheus.
"""

from __future__ import annotations

from pathlib import Path

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_slo.commands._standing import source_options, standings


@click.command("status", help=__doc__)
@source_options
@click.option("--format", "form", type=click.Choice(["table", "json", "html"]), default="table", help="What to make.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write it into a file instead of printing it.")
@click.option(
    "--history/--no-history", default=None, help="Read how budgets burned down; html does unless told not to."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(
    specs: tuple[str, ...],
    variables: tuple[str, ...],
    project: str | None,
    *,
    prometheus: str | None,
    form: str,
    output: str | None,
    history: bool | None,
    as_json: bool,
) -> int:
    """Read, and show."""
    from sightline_slo.reporting.page import page
    from sightline_slo.reporting.table import counted, table

    console = Console.detect()
    form = "json" if as_json else form
    wanted = form == "html" if history is None else history
    found, source, now = standings(specs, variables, project, prometheus, console, history=wanted)
    if form == "json":
        text = dumps(envelope({"source": source, "at": now, "slos": [each.as_data() for each in found]}))
    elif form == "html":
        text = page(found, source, now)
    else:
        painted = output is None
        text = table(found, lambda cell, style: console.paint(cell, style, product=painted)) + "\n" if found else ""
    if output is not None:
        _write(Path(output), text)
        console.note(f"wrote {output}")
    elif text:
        console.out(text, end="")
    console.note(f"{counted(found)} ({source})")
    return ExitCode.OK if found else ExitCode.NOTHING


def _write(path: Path, text: str) -> None:
    from sightline_core.atomic import write_text

    try:
        write_text(path, text)
    except OSError as error:
        raise SightlineError("the report cannot be written", where=str(path), why=str(error.strerror)) from error
