"""Show what a push would change; exit 1 where it would."""

from __future__ import annotations

import click

from sightline_datadog.options import push_options
from sightline_slo.commands._options import specs_options
from sightline_slo.commands._pushing import with_documents


@click.command("plan", help=__doc__)
@specs_options
@push_options
def command(
    specs: tuple[str, ...],
    variables: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    project: str,
    **flags: bool,
) -> int:
    """Compile, then plan."""
    from sightline_datadog.push import run_plan

    return with_documents((specs, variables, include, exclude), project, flags, run_plan)
