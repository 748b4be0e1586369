"""Show what the target holds otherwise than the documents say, whoever changed it; exit 1 where it does.

It compares with the documents as they are, so it is asked where they were applied: on the main branch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sightline_datadog.commands._documents import paths_argument, with_documents
from sightline_datadog.options import drift_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command("drift", help=__doc__)
@paths_argument
@drift_options
def command(paths: tuple[Path, ...], project: str, **flags: Any) -> int:
    """Read, then drift."""
    from sightline_datadog.push import run_drift

    return with_documents(paths, project, flags, run_drift)
