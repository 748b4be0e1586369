"""What the commands that compare a model with a cluster have in common."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_vault.client.options import client_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_vault.configuration.running import Asked

spec_argument = click.argument("spec", type=click.Path(exists=True, dir_okay=False, path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")


rights_option = click.option(
    "--rights", is_flag=True, help="Print the policy that a token needs for this, and ask nobody."
)


def _reviewers(_context: click.Context, _option: click.Parameter, value: tuple[str, ...]) -> dict[str, Path]:
    found = {}
    for each in value:
        cluster, equals, file = each.partition("=")
        if not (cluster and equals and file):
            raise click.BadParameter(f"`{each}` is not CLUSTER=FILE")
        found[cluster] = Path(file)
    return found


def configuration_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the model, what may be deleted, and where Vault is."""
    for option in (
        json_option,
        click.option(
            "--reviewer",
            "reviewers",
            multiple=True,
            metavar="CLUSTER=FILE",
            callback=_reviewers,
            help="Write this token for the reviews of a cluster's tokens. Repeatable.",
        ),
        click.option(
            "--allow-destroy",
            "destroy",
            multiple=True,
            metavar="NAME",
            help="Let --prune delete this mount, key or audit device, too. Repeatable.",
        ),
        click.option("--prune", is_flag=True, help="Delete what is not in the model."),
        client_options,
        spec_argument,
    ):
        command = option(command)
    return command


def asked(
    spec: Path,
    reviewers: dict[str, Path],
    *,
    prune: bool,
    destroy: tuple[str, ...],
    as_json: bool,
    flags: dict[str, Any],
) -> Asked:
    """Return what was asked for, the reviewers' tokens read.

    Raises:
        SightlineError: A token cannot be read.
    """
    from sightline_vault.client.options import secret_file
    from sightline_vault.configuration.running import Asked

    tokens = {cluster: secret_file(file) for cluster, file in reviewers.items()}
    return Asked(spec, flags, tokens, prune, destroy, as_json)
