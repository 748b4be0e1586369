"""Print the JSON Schema of `version: sightline/v1`, for completion in editors."""

from __future__ import annotations

import click

from sightline_core.console import Console


@click.command("schema", help=__doc__)
def command() -> int:
    """Print it; put `# yaml-language-server: $schema=<file>` on top of a spec to use it."""
    from sightline_slo.form.schema import native
    from sightline_slo.outputs import to_json

    Console.detect().out(to_json(native()), end="")
    return 0
