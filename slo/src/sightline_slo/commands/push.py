"""Create, update and delete until the target holds what the specs say.

The target is DD_HOST or DD_SITE with the keys DD_API_KEY and DD_APP_KEY; with none of them, the local backend.
"""

from __future__ import annotations

from typing import Any

import click

from sightline_datadog.options import push_options
from sightline_slo.commands._options import specs_options
from sightline_slo.commands._pushing import with_documents


@click.command("push", help=__doc__)
@specs_options
@push_options
def command(
    specs: tuple[str, ...],
    variables: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    project: str,
    **flags: Any,
) -> int:
    """Compile, then push."""
    from sightline_datadog.push import run_push

    return with_documents((specs, variables, include, exclude), project, flags, run_push)
