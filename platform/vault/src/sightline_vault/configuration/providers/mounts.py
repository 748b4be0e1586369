"""Secrets engines. <https://developer.hashicorp.com/vault/api-docs/system/mounts>."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.configuration.providers._mounting import CLEAR, listed, mounting
from sightline_vault.configuration.things import Step, Wanted
from sightline_vault.model.durations import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.configuration.things import Reading, Wish

KIND = "mount"
AFTER = ("audit",)
DESTROYS = True
FIXED = frozenset({"type"})

_OWN = {"system", "identity", "cubbyhole", "ns_cubbyhole", "ns_identity", "ns_system", "agent_registry"}


def wanted(wish: Wish) -> Iterator[Wanted]:
    """Yield each mount; kv is of version 1 where nothing is said."""
    for index, mount in enumerate(wish.spec.mounts):
        options = dict(mount.options) or ({"version": "1"} if mount.type == "kv" else {})
        body = {
            "type": mount.type,
            "description": mount.description,
            "options": options,
            "default_lease_ttl": seconds(mount.default_lease_ttl or "0"),
            "max_lease_ttl": seconds(mount.max_lease_ttl or "0"),
            **CLEAR,
        }
        yield Wanted(mount.path.strip("/"), body, ("mounts", index))


def actual(reading: Reading, wish: Wish) -> dict[str, dict[str, Any]]:
    """Return what is mounted but for Vault's own."""
    del wish
    found = listed(reading.data("sys/mounts"), _OWN)
    for each in found.values():
        if each["type"] == "kv":
            each["options"].setdefault("version", "1")
    return found


def write(key: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Step]:
    """Mount it, or tune it."""
    return mounting(f"sys/mounts/{key}", body, before)


def delete(key: str) -> Iterator[Step]:
    """Unmount it: all that is in it is gone."""
    yield Step("DELETE", f"sys/mounts/{key}")
