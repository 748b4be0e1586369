"""Raft autopilot, of which hvac knows nothing.

<https://developer.hashicorp.com/vault/api-docs/system/storage/raftautopilot>
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_vault.client.client import expected
from sightline_vault.client.durations import in_seconds

if TYPE_CHECKING:
    from sightline_vault.client.client import VaultClient

STATE = "sys/storage/raft/autopilot/state"
CONFIGURATION = "sys/storage/raft/autopilot/configuration"


@dataclass(frozen=True, slots=True)
class Server:
    """A node as the leader sees it: `status` is leader, voter or non-voter; times are seconds."""

    id: str
    address: str
    healthy: bool
    status: str
    version: str
    last_contact_s: float
    last_index: int


@dataclass(frozen=True, slots=True)
class State:
    """The health of the whole; `failure_tolerance` is how many nodes may be lost without losing the quorum."""

    healthy: bool
    failure_tolerance: int
    leader: str
    voters: tuple[str, ...]
    servers: tuple[Server, ...]


def state(client: VaultClient) -> State:
    """Ask the leader, through whichever node.

    Raises:
        VaultError: Vault refused; a follower says so with a 5xx while the leader it knows is gone.
        NoAnswerError: No node answers.
    """
    told = expected(client.ask("GET", STATE), "GET", STATE).data
    servers = [_server(each) for _, each in sorted((told.get("servers") or {}).items())]
    return State(
        bool(told.get("healthy")),
        int(told.get("failure_tolerance", 0)),
        str(told.get("leader", "")),
        tuple(told.get("voters") or ()),
        tuple(servers),
    )


def configuration(client: VaultClient) -> dict[str, Any]:
    """Return the settings, durations in seconds.

    Raises:
        VaultError: Vault refused.
        NoAnswerError: No node answers.
    """
    told = expected(client.ask("GET", CONFIGURATION), "GET", CONFIGURATION).data
    return {key: in_seconds(value) if isinstance(value, str) else value for key, value in told.items()}


def _server(told: dict[str, Any]) -> Server:
    contact = in_seconds(str(told.get("last_contact", "0s")))
    return Server(
        str(told.get("id", "")),
        str(told.get("address", "")),
        bool(told.get("healthy")),
        str(told.get("status", "")),
        str(told.get("version", "")),
        contact if isinstance(contact, int | float) else 0.0,
        int(told.get("last_index", 0)),
    )
