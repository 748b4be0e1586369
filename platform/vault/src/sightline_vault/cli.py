"""`sightline vault`: one model of a cluster in; servers, network, roles, snapshots and drills out."""

from __future__ import annotations

import click

from sightline_vault.commands import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Render, check, configure, save and restore a Vault cluster that one file describes.

    SPEC is the cluster's file (`version: sightline/vault-cluster/v1`).
    """
