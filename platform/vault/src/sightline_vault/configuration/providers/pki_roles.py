"""Roles of PKI mounts: which names they sign. <https://developer.hashicorp.com/vault/api-docs/secret/pki>."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.configuration.providers._engines import mounted
from sightline_vault.configuration.things import Step, Wanted
from sightline_vault.model.durations import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.configuration.things import Reading, Wish

KIND = "pki-role"
AFTER = ("mount", "pki-root")
DESTROYS = False
FIXED: frozenset[str] = frozenset()

# Vault's defaults sign `localhost` and any address.
_NARROW: dict[str, Any] = {
    "allow_any_name": False,
    "allow_bare_domains": False,
    "allow_glob_domains": False,
    "allow_ip_sans": False,
    "allow_localhost": False,
    "enforce_hostnames": True,
    "allowed_uri_sans": [],
    "allowed_other_sans": [],
}


def wanted(wish: Wish) -> Iterator[Wanted]:
    """Yield each role."""
    for index, role in enumerate(wish.spec.pki_roles):
        body = {
            "allowed_domains": sorted(role.allowed_domains),
            "allow_subdomains": role.allow_subdomains,
            "max_ttl": seconds(role.max_ttl),
            "key_type": role.key_type,
            # An ed25519 key has one length, which Vault calls 0.
            "key_bits": 0 if role.key_type == "ed25519" else role.key_bits,
            **_NARROW,
        }
        yield Wanted(f"{role.mount.strip('/')}/{role.name}", body, ("pki_roles", index))


def actual(reading: Reading, wish: Wish) -> dict[str, dict[str, Any]]:
    """Return the roles of the model's PKI mounts."""
    found = {}
    for mount in mounted(reading, wish, "pki"):
        for name in reading.keys(f"{mount}/roles"):
            told = dict(reading.data(f"{mount}/roles/{name}") or {})
            lists = ("allowed_domains", "allowed_uri_sans", "allowed_other_sans")
            found[f"{mount}/{name}"] = told | {each: sorted(told.get(each) or []) for each in lists}
    return found


def _path(key: str) -> str:
    mount, _, name = key.rpartition("/")
    return f"{mount}/roles/{name}"


def write(key: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Step]:
    """Write it whole."""
    del before
    yield Step("POST", _path(key), body)


def delete(key: str) -> Iterator[Step]:
    """Delete it."""
    yield Step("DELETE", _path(key))
