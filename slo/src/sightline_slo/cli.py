"""`sightline slo`: specs in, rules and objects out. Each sub-command is a file of `commands/`."""

from __future__ import annotations

import click

from sightline_slo.commands import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Compile SLO specs, and plan and push what they compile to.

    SPECS are files, directories (every .yaml and .yml below), or - for standard input.
    """
