"""The model that a command works on, or its findings and the end of the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sightline_core.envelope import dumps, envelope
from sightline_core.exit_codes import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_core.console import Console
    from sightline_vault.model import VaultClusterSpec


def model_of(path: Path, console: Console, *, as_json: bool = False) -> VaultClusterSpec:
    """Return the model. One that has errors is shown with their places, and the command ends with exit code 1.

    Raises:
        SightlineError: The file cannot be read.
    """
    # Reading YAML is left to those who come so far: the help needs none of it.
    from sightline_vault.model import read_spec, spec_file_text

    text = spec_file_text(path)
    spec, findings = read_spec(text, str(path))
    if spec is not None:
        return spec
    if as_json:
        console.out(dumps(envelope(None, findings)), end="")
    else:
        console.findings(findings, {str(path): text})
    raise click.exceptions.Exit(ExitCode.NO)
