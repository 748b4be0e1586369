"""Delete everything that carries a project's mark, dashboards first; it always asks, or needs --yes.

What something else still needs (an SLO on somebody's dashboard) is named and stays. Metric configurations and
deployment gates are shared with others, and stay.
"""

from __future__ import annotations

import click

from sightline_core.console import Console
from sightline_datadog.documents import NATURAL, Kind
from sightline_datadog.options import json_option, project_option, yes_option


@click.command("destroy", help=__doc__)
@project_option
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind if kind not in NATURAL]),
    help="Only this kind; repeatable.",
)
@yes_option
@json_option
def command(project: str, kinds: tuple[str, ...], *, yes: bool, as_json: bool) -> int:
    """Read, ask, delete."""
    from sightline_datadog.push import run_destroy

    chosen = tuple(kind for kind in Kind if kind not in NATURAL and (not kinds or kind in kinds))
    return run_destroy(project, chosen, Console.detect(), yes=yes, as_json=as_json)
