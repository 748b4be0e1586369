"""Show each node and the health of the whole; exit 1 where a node is sealed, silent or failing."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode
from sightline_vault.client.options import client_options, open_client
from sightline_vault.commands._model import model_of
from sightline_vault.commands._options import json_option

if TYPE_CHECKING:
    from sightline_vault.client import VaultClient
    from sightline_vault.client.autopilot import State
    from sightline_vault.client.health import Health

_SPEC = click.argument("spec", type=click.Path(path_type=Path), required=False)


@click.command("status", help=__doc__)
@_SPEC
@client_options
@json_option
def command(spec: Path | None, *, as_json: bool, **flags: Any) -> int:
    """Ask each node, then the leader."""
    from sightline_vault.client.health import health

    console = Console.detect()
    client = open_client(flags, default=_addresses(spec, console, as_json=as_json), token=False)
    nodes = [health(client, each) for each in client.connection.addresses]
    if all(each.state == "silent" for each in nodes):
        raise SightlineError(
            "no node answers", where=", ".join(each.address for each in nodes), why="; ".join(e.why for e in nodes)
        )
    autopilot = _autopilot(client, console)
    if as_json:
        data = {"nodes": [asdict(each) for each in nodes], "autopilot": asdict(autopilot) if autopilot else None}
        console.out(dumps(envelope(data)), end="")
    else:
        console.out(_text(nodes, autopilot))
    fine = all(each.state in {"active", "standby"} for each in nodes) and len({e.cluster_id for e in nodes}) == 1
    led = any(each.state == "active" for each in nodes)
    return ExitCode.OK if fine and led and (autopilot is None or autopilot.healthy) else ExitCode.NO


def _addresses(spec: Path | None, console: Console, *, as_json: bool) -> list[str]:
    if spec is None:
        return []
    from sightline_vault.model import Naming

    model = model_of(spec, console, as_json=as_json)
    return [Naming(model).api(each) for each in range(model.nodes)]


def _autopilot(client: VaultClient, console: Console) -> State | None:
    from sightline_vault.client.autopilot import state

    if client.token is None:
        console.note("without a token, autopilot is not asked")
        return None
    try:
        return state(client)
    except SightlineError as error:
        console.warn(f"autopilot does not tell: {error.why}")
        return None


def _text(nodes: list[Health], autopilot: State | None) -> str:
    lines = [f"{each.address}  {each.state}  {each.version or each.why}".rstrip() for each in nodes]
    if autopilot is not None:
        health = "healthy" if autopilot.healthy else "not healthy"
        voters = f"{len(autopilot.voters)} voters, {autopilot.failure_tolerance} may be lost"
        lines.append(f"raft: {health}, led by {autopilot.leader or 'nobody'}, {voters}")
        lines += [f"  {each.id}: {each.status}, not healthy" for each in autopilot.servers if not each.healthy]
    return "\n".join(lines)
