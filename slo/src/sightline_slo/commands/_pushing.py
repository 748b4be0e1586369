"""What `plan` and `push` have in common: specs compiled to Datadog, held against the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_core.console import Console
from sightline_datadog.documents import Kind
from sightline_slo.commands._options import compiled
from sightline_slo.model import Backend

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_datadog.wish import Wish

KINDS = (Kind.METRIC, Kind.SLO, Kind.SLO_CORRECTION, Kind.MONITOR)
"""What a push of specs speaks for: it never deletes a dashboard."""


def with_documents(
    specs: tuple[tuple[str, ...], ...], project: str, flags: dict[str, Any], run: Callable[[Wish, Console], int]
) -> int:
    """Compile, and let `run` do what it does unless a finding is an error. `specs` are what `compiled` takes."""
    from sightline_datadog.reporting.forms import refuse
    from sightline_datadog.wish import Wish

    console = Console.detect()
    answer = compiled(*specs, backends=(Backend.DATADOG,))
    if answer.broken:
        return refuse(answer.findings, answer.sources, project, flags, console)
    return run(Wish.of(answer.documents, KINDS, project, answer.sources, flags, findings=answer.findings), console)
