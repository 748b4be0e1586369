"""`sightline datadog`: queries and documents, whoever wrote them. Each sub-command is a file of `commands/`."""

from __future__ import annotations

import click

from sightline_datadog.commands import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Check queries, and plan, apply and import Datadog objects kept as JSON files.

    PATHS are documents `<kind>.<key>.json`, or directories of them.
    """
