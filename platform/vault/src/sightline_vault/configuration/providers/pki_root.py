"""The root of a PKI mount whose `config` has a `root`: made where the mount has no issuer, and never again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.configuration.providers._engines import mounted
from sightline_vault.configuration.things import Step, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.configuration.things import Reading, Wish

KIND = "pki-root"
AFTER = ("mount", "mount-config")
DESTROYS = True
FIXED: frozenset[str] = frozenset()
ROOT = "root"


def wanted(wish: Wish) -> Iterator[Wanted]:
    """Yield a root for each mount that asks for one; its key never leaves Vault."""
    for index, mount in enumerate(wish.spec.mounts):
        if mount.type == "pki" and ROOT in mount.config:
            yield Wanted(mount.path.strip("/"), dict(mount.config[ROOT]), ("mounts", index, "config", ROOT))


def actual(reading: Reading, wish: Wish) -> dict[str, dict[str, Any]]:
    """Return the mounts that have an issuer, whoever signed it: as it is, it is as wanted."""
    there = {mount for mount in mounted(reading, wish, "pki") if reading.keys(f"{mount}/issuers")}
    return {each.key: dict(each.body) for each in wanted(wish) if each.key in there}


def write(key: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Step]:
    """Make it; twice would be two roots."""
    del before
    yield Step("POST", f"{key}/root/generate/internal", body, once=True)


def delete(key: str) -> Iterator[Step]:
    """Do nothing: it goes with its mount."""
    del key
    yield from ()
