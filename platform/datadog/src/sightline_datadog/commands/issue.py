"""Keep one open issue with a report: opened once, replaced while it lasts, closed with --close.

For `drift --format markdown` of a scheduled job. Token, repository, author and exit codes are those of `comment`.
"""

from __future__ import annotations

from pathlib import Path

import click

from sightline_datadog.commands._forge import forge_options, told
from sightline_datadog.options import json_option


@click.command("issue", help=__doc__)
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", default="Datadog is not what the documents say", show_default=True, help="Of a new issue.")
@click.option("--close", "closing", is_flag=True, help="All is well: close it, if it is open.")
@forge_options
@json_option
def command(report: Path, title: str, repository: str | None, author: str, *, closing: bool, as_json: bool) -> int:
    """Find, then open, replace or close."""
    from sightline_datadog.forge import sticky

    def act(forge: sticky.Forge, text: str) -> sticky.Done:
        if closing:
            return sticky.close(forge, text, str(report), author)
        return sticky.issue(forge, title, text, str(report), author)

    return told(report, repository, act, as_json)
