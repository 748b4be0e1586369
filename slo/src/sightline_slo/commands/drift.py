"""Show what the target holds otherwise than the specs say, whoever changed it; exit 1 where it does.

It compares with the specs as they are, so it is asked where they were pushed: on the main branch.
"""

from __future__ import annotations

from typing import Any

import click

from sightline_datadog.options import drift_options
from sightline_slo.commands._options import specs_options
from sightline_slo.commands._pushing import with_documents


@click.command("drift", help=__doc__)
@specs_options
@drift_options
def command(
    specs: tuple[str, ...],
    variables: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    project: str,
    **flags: Any,
) -> int:
    """Compile, then drift."""
    from sightline_datadog.push import run_drift

    return with_documents((specs, variables, include, exclude), project, flags, run_drift)
