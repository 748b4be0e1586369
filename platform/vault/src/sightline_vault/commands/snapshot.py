"""Take, verify, list and restore snapshots, and rehearse a restore."""

from __future__ import annotations

import click

from sightline_vault.commands.snapshots import SnapshotCommands


@click.group("snapshot", cls=SnapshotCommands, help=__doc__)
def command() -> None:
    """Hold the sub-commands."""
