"""Replace the servers by a new image or configuration, one by one: standbys first, the leader last.

SPEC is the cluster's file. The pods are found by kubectl. With a token, the next server is replaced only once autopilot
calls the cluster healthy; without one, once every server is unsealed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_vault.client.options import client_options
from sightline_vault.commands._model import model_of
from sightline_vault.commands._options import spec_argument

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sightline_vault.model import VaultClusterSpec


@click.command("rollout", help=__doc__)
@spec_argument
@click.option("--context", help="The context of the kubeconfig, not the current one.")
@click.option("--within", type=click.FloatRange(min=1), default=600, show_default=True, help="Seconds for each server.")
@click.option("--check", is_flag=True, help="Replace nothing; exit 1 where a server is to be replaced.")
@client_options
def command(spec: Path, *, context: str | None, within: float, check: bool, **flags: Any) -> int:
    """Tell the order, or go through it."""
    import time

    from sightline_vault.rollout import order, roll
    from sightline_vault.rollout.kubectl import Kubectl

    console = Console.detect()
    model = model_of(spec, console)
    pods = Kubectl(model, ("kubectl", f"--context={context}") if context else ("kubectl",))
    if check:
        standing = pods.standing()
        if standing is None:
            raise SightlineError("the StatefulSet's controller has not seen its last change", help="ask again")
        rest = order(standing)
        for each in rest:
            console.out(each.name)
        return ExitCode.NO if rest else ExitCode.OK
    count = roll(
        pods,
        healthy=_healthy(model, flags, console),
        clock=time.monotonic,
        pause=time.sleep,
        tell=console.note,
        within=within,
    )
    console.note(f"{count} of {model.nodes} servers were replaced")
    return ExitCode.OK


def _healthy(model: VaultClusterSpec, flags: dict[str, Any], console: Console) -> Callable[[], str]:
    from sightline_vault.client.autopilot import state
    from sightline_vault.client.options import open_client
    from sightline_vault.model import Naming

    client = open_client(flags, default=[Naming(model).api(each) for each in range(model.nodes)], token=False)
    if client.token is None:
        console.warn("without a token, autopilot is not asked: an unsealed server counts as one that keeps up")
        return lambda: ""

    def asked() -> str:
        try:
            told = state(client)
        except SightlineError as error:
            return f"autopilot does not tell: {error.why or error.message}"
        return "" if told.healthy and told.failure_tolerance else "autopilot says that no server can be spared"

    return asked
