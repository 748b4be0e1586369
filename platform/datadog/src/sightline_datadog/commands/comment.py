"""Post a report on a pull request, or replace that of last time: `plan --format markdown` wrote it.

The token is GITHUB_TOKEN (or GH_TOKEN), the repository GITHUB_REPOSITORY. It is found again by the HTML comment in its
first line, among what --author wrote. Exit 0: it stands there. Exit 2: GitHub refused, or the file is no such report.
"""

from __future__ import annotations

from pathlib import Path

import click

from sightline_datadog.commands._forge import forge_options, told
from sightline_datadog.options import json_option


@click.command("comment", help=__doc__)
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--pull-request", "number", required=True, type=click.IntRange(1), help="Its number.")
@forge_options
@json_option
def command(report: Path, number: int, repository: str | None, author: str, *, as_json: bool) -> int:
    """Find, then post or replace."""
    from sightline_datadog.forge import sticky

    return told(
        report, repository, lambda forge, text: sticky.comment(forge, number, text, str(report), author), as_json
    )
