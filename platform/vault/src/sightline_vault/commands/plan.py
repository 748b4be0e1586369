"""Show what `apply` would change in a cluster; exit 0 for nothing, 1 for changes or problems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sightline_core.console import Console
from sightline_vault.commands._options import asked, configuration_options


@click.command("plan", help=__doc__)
@configuration_options
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Save it, for `apply --plan`.")
def command(spec: Path, reviewers: dict[str, Path], out: Path | None, **flags: Any) -> int:
    """Read, compare, print."""
    from sightline_vault.configuration.running import run_plan

    prune, destroy, as_json = flags.pop("prune"), flags.pop("destroy"), flags.pop("as_json")
    wished = asked(spec, reviewers, prune=prune, destroy=destroy, as_json=as_json, flags=flags)
    return run_plan(wished, Console.detect(), out)
