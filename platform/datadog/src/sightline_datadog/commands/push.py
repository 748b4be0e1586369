"""Create, update and delete until the target holds what the documents say: plan and apply in one.

Only kinds that are among the documents are spoken for; with --allow-empty all kinds are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sightline_datadog.commands._documents import paths_argument, with_documents
from sightline_datadog.options import push_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command("push", help=__doc__)
@paths_argument
@push_options
def command(paths: tuple[Path, ...], project: str, **flags: Any) -> int:
    """Read, then push."""
    from sightline_datadog.push import run_push

    return with_documents(paths, project, flags, run_push)
