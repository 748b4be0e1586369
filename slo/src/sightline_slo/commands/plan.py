"""Show what a push would change; exit 1 where it would."""

from __future__ import annotations

from typing import Any

import click

from sightline_datadog.options import plan_options
from sightline_slo.commands._options import specs_options
from sightline_slo.commands._pushing import with_documents


@click.command("plan", help=__doc__)
@specs_options
@plan_options
def command(
    specs: tuple[str, ...],
    variables: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    project: str,
    **flags: Any,
) -> int:
    """Compile, then plan."""
    from sightline_datadog.push import run_plan

    return with_documents((specs, variables, include, exclude), project, flags, run_plan)
