"""What the commands over directories of documents have in common."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.diagnostics import has_errors
from sightline_datadog.documents import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_datadog.wish import Wish

paths_argument = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))


def with_documents(
    paths: tuple[Path, ...], project: str, flags: Mapping[str, Any], run: Callable[[Wish, Console], int]
) -> int:
    """Read documents, and let `run` do what it does unless a finding is an error."""
    from sightline_datadog.directory import read
    from sightline_datadog.reporting.forms import refuse
    from sightline_datadog.wish import Wish

    console = Console.detect()
    documents, findings, sources = read(paths)
    if has_errors(findings):
        return refuse(findings, sources, project, flags, console)
    # A directory of SLOs says nothing of dashboards: those of the project are not to be deleted for it.
    kinds = tuple(kind for kind in Kind if flags["allow_empty"] or any(each.kind is kind for each in documents))
    return run(Wish.of(documents, kinds, project, sources, flags, findings=findings), console)
