"""What each node says of itself, sealed or not, without a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_vault.client.errors import NoAnswerError

if TYPE_CHECKING:
    from sightline_vault.client.client import VaultClient

# The codes say the state, and all but 200 look like failures. <https://developer.hashicorp.com/vault/api-docs/system/health>
_ALL_FINE = dict.fromkeys(("standbycode", "sealedcode", "uninitcode", "perfstandbycode", "drsecondarycode"), "200")


@dataclass(frozen=True, slots=True)
class Health:
    """A node: `state` is active, standby, sealed, uninitialised or silent (then `why` says how)."""

    address: str
    state: str
    version: str = ""
    cluster_id: str = ""
    why: str = ""


def health(client: VaultClient, address: str) -> Health:
    """Ask one node."""
    try:
        answer = client.with_token(None).at(address).ask("GET", "sys/health", query=_ALL_FINE)
    except NoAnswerError as error:
        return Health(address, "silent", why=error.why)
    told = answer.body if answer.ok and isinstance(answer.body, dict) else None
    if told is None:
        return Health(address, "silent", why=f"status {answer.status}: {'; '.join(answer.errors)}")
    state = "standby" if told.get("standby") else "active"
    if told.get("sealed"):
        state = "sealed"
    if not told.get("initialized"):
        state = "uninitialised"
    return Health(address, state, str(told.get("version", "")), str(told.get("cluster_id") or ""))
