"""A root token out of recovery shares."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sightline_kube.testing.servers.vault import VaultNode


def new_root(node: VaultNode, shares: list[str]) -> str:
    """Make a root token of recovery shares, as `vault operator generate-root` does."""
    begun = node.ask("PUT", "sys/generate-root/attempt", {}).expect()
    told = begun
    for share in shares:
        told = node.ask("PUT", "sys/generate-root/update", {"key": share, "nonce": begun["nonce"]}).expect()
    encoded = base64.b64decode(told["encoded_token"] + "==")
    return bytes(a ^ b for a, b in zip(encoded, begun["otp"].encode(), strict=True)).decode()
