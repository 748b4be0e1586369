"""Run tests of monitors: series and a clock in, states and notifications out.

FILES are YAML: the documents that they are about, series, and what must come of them. Exit 1 where a test fails, 3
where there is none. What such a file may say is told in platform/datadog/README.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sightline_core.console import Console
from sightline_core.exit_codes import ExitCode

if TYPE_CHECKING:
    from sightline_datadog.testing.report import Report


@click.command("test", help=__doc__)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--run", "pattern", default="*", metavar="PATTERN", help="Only tests whose names match, such as '*gap*'.")
@click.option("--timeline", is_flag=True, help="Print every state and notification of each monitor, passed or not.")
@click.option("--require-fired", is_flag=True, help="Fail where a monitor was in ALERT in no test.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit's XML there, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def command(
    *, files: tuple[Path, ...], pattern: str, timeline: bool, require_fired: bool, junit: Path | None, as_json: bool
) -> int:
    """Test and report."""
    from sightline_core.envelope import dumps, envelope
    from sightline_datadog.testing.report import examined

    console = Console.detect()
    report = examined(files, pattern)
    if junit is not None:
        _write(junit, report)
    if as_json:
        console.out(dumps(envelope(report.data(), report.findings)), end="")
    else:
        for line in report.lines(timeline=timeline):
            console.out(line)
        console.findings(report.findings, report.sources)
        console.note(report.summary)
    if report.failed or (require_fired and report.never_fired):
        return ExitCode.NO
    return ExitCode.OK if report.results else ExitCode.NOTHING


def _write(path: Path, report: Report) -> None:
    from sightline_core import atomic
    from sightline_core.errors import SightlineError
    from sightline_core.formats import formats

    try:
        atomic.write_text(path, formats()["junit"].render(report.formatted()))
    except OSError as error:
        raise SightlineError("the report cannot be written", where=str(path), why=str(error.strerror)) from error
