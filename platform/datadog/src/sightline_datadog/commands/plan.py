"""Show what a push of documents would change; exit 1 where it would.

Only kinds that are among the documents are spoken for; with --allow-empty all kinds are. With --out the plan is saved,
so that `apply` does what was looked at, or nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sightline_datadog.commands._documents import paths_argument, with_documents
from sightline_datadog.options import plan_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command("plan", help=__doc__)
@paths_argument
@plan_options
def command(paths: tuple[Path, ...], project: str, **flags: Any) -> int:
    """Read, then plan."""
    from sightline_datadog.push import run_plan

    return with_documents(paths, project, flags, run_plan)
