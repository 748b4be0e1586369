"""Make a cluster's configuration what the model says; exit 0 when all was done. Run again, it does what is left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sightline_core.console import Console
from sightline_vault.commands._options import asked, configuration_options, rights_option


@click.command("apply", help=__doc__)
@configuration_options
@click.option(
    "--plan",
    "saved",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Do it only if this saved plan is still the plan.",
)
@rights_option
@click.option("--yes", is_flag=True, help="Do not ask; needed without a terminal, for a cluster elsewhere.")
def command(
    spec: Path, reviewers: dict[str, Path], saved: Path | None, *, yes: bool, rights: bool, **flags: Any
) -> int:
    """Read, compare, ask, do."""
    from sightline_vault.configuration.running import run_apply, run_rights

    prune, destroy, as_json = flags.pop("prune"), flags.pop("destroy"), flags.pop("as_json")
    wished = asked(spec, reviewers, prune=prune, destroy=destroy, as_json=as_json, flags=flags)
    if rights:
        return run_rights(wished, Console.detect(), write=True)
    return run_apply(wished, Console.detect(), saved, yes=yes)
