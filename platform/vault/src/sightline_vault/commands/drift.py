"""Show what a cluster holds otherwise than the model says, whoever changed it; exit 1 where it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_vault.client.options import client_options
from sightline_vault.commands._options import asked, json_option, rights_option, spec_argument

if TYPE_CHECKING:
    from pathlib import Path


@click.command("drift", help=__doc__)
@spec_argument
@client_options
@rights_option
@json_option
def command(spec: Path, *, as_json: bool, rights: bool, **flags: Any) -> int:
    """Read, compare, print."""
    from sightline_vault.configuration.running import run_drift, run_rights

    wished = asked(spec, {}, prune=False, destroy=(), as_json=as_json, flags=flags)
    if rights:
        return run_rights(wished, Console.detect(), write=False)
    return run_drift(wished, Console.detect())
