"""Do what a plan saved by `plan --out` says, if nothing moved since; what is done already is left out.

Exit 1 where the file was changed, is for another target or is stale, which names what moved. A run that was cut off is
completed by the same plan again.
"""

from __future__ import annotations

from pathlib import Path

import click

from sightline_core.console import Console
from sightline_datadog.options import json_option, yes_option


@click.command("apply", help=__doc__)
@click.argument("planfile", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@yes_option
@json_option
def command(planfile: Path, *, yes: bool, as_json: bool) -> int:
    """Verify, read anew, do."""
    from sightline_datadog.push import run_apply

    return run_apply(planfile, Console.detect(), yes=yes, as_json=as_json)
