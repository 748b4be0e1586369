"""What `status` and `gate` have in common: where standings come from, and of which SLOs."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import click

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sightline_core.console import Console
    from sightline_slo.reporting.standing import Standing


def source_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command SPECS, --var, --project and --prometheus."""
    for each in (
        click.option(
            "--prometheus", metavar="URL", help="Ask this Prometheus instead of Datadog or the local backend."
        ),
        click.option("--project", envvar="SIGHTLINE_PROJECT", help="Only what carries this project's mark."),
        click.option(
            "--var", "variables", multiple=True, metavar="NAME=VALUE", help="What stands for ${NAME} in a spec."
        ),
        click.argument("specs", nargs=-1),
    ):
        function = each(function)
    return function


def standings(
    specs: tuple[str, ...],
    variables: tuple[str, ...],
    project: str | None,
    prometheus: str | None,
    console: Console,
    *,
    history: bool,
) -> tuple[list[Standing], str, int]:
    """Return the standings, worst first, where they come from, and when.

    With `specs`, they are those of the specs, and one that is not there stands as having no data.

    Raises:
        SightlineError: the source did not answer, or a spec is broken.
    """
    from sightline_slo.reporting.standing import ordered

    keys = _wanted(specs, variables)
    now = int(time.time())
    if prometheus:
        from sightline_slo.reporting import prometheus as source
        from sightline_slo.reporting.prometheus_api import PrometheusApi

        found = list(source.read(PrometheusApi(prometheus), now, history=history).values())
        place = "Prometheus"
    else:
        found, place = _datadog(project, console, now, {each.key for each in keys}, history=history)
    if keys:
        known = {each.key: each for each in found}
        found = [known.get(each.key, each) for each in keys]
    return ordered(found), place, now


def _datadog(
    project: str | None, console: Console, now: int, keys: set[str], *, history: bool
) -> tuple[list[Standing], str]:
    from sightline_datadog import settings
    from sightline_datadog.transport import ClientTransport
    from sightline_slo.reporting import datadog, datadog_history

    target = settings.resolve(os.environ)
    transport = ClientTransport(target)
    found = {slo_id: each for slo_id, each in datadog.read(transport, project).items() if not keys or each.key in keys}
    if history:
        found = datadog_history.with_history(found, transport, now, console.redraw)
    return list(found.values()), f"{target.host} (this machine)" if target.local else target.host


def _wanted(specs: tuple[str, ...], variables: tuple[str, ...]) -> list[Standing]:
    """Return the SLOs of specs as they stand before anybody measured them."""
    if not specs:
        return []
    from sightline_slo.commands._options import compiled
    from sightline_slo.reporting.standing import Standing, State

    answer = compiled(specs, variables)
    if answer.broken:
        raise SightlineError(
            "the specs have errors", where=", ".join(specs), help="see them with `sightline slo validate`"
        )
    return [
        Standing(
            each.key,
            each.service,
            each.name,
            each.period_s,
            each.objective,
            State.NO_DATA,
            tags=tuple(sorted(f"{key}:{value}" for key, value in each.labels.items())),
            note="it is not there: push it",
        )
        for each in answer.slos
    ]
