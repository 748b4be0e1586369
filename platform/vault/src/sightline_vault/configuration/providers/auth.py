"""The auth mount of each Kubernetes cluster. <https://developer.hashicorp.com/vault/api-docs/system/auth>."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.configuration.providers._mounting import CLEAR, listed, mounting
from sightline_vault.configuration.things import Step, Wanted
from sightline_vault.model.naming import Naming

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.configuration.things import Reading, Wish

KIND = "auth"
AFTER = ("audit",)
DESTROYS = True
FIXED = frozenset({"type"})

_OWN = {"token", "ns_token"}


def wanted(wish: Wish) -> Iterator[Wanted]:
    """Yield one mount a cluster."""
    for index, cluster in enumerate(wish.spec.clusters):
        body = {"type": "kubernetes", "description": f"pods of {cluster.name}", **CLEAR}
        yield Wanted(Naming(wish.spec).auth_path(cluster.name), body, ("clusters", index))


def actual(reading: Reading, wish: Wish) -> dict[str, dict[str, Any]]:
    """Return every way to log in but for tokens."""
    del wish
    return listed(reading.data("sys/auth"), _OWN)


def write(key: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Step]:
    """Mount it, or tune it."""
    return mounting(f"sys/auth/{key}", body, before)


def delete(key: str) -> Iterator[Step]:
    """Unmount it: every token that was got there is revoked."""
    yield Step("DELETE", f"sys/auth/{key}")
