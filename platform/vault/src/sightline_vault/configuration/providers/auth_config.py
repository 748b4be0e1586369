"""How each auth mount asks its cluster about a token.

Of the cluster that Vault runs on, CA and reviewer are the pod's own: its token is renewed by the kubelet. For others a
reviewer's token is given. Without one, Vault lets a login's token review itself, and the API server refuses one that is
made out to Vault (401). Vault tells only that one is set, and forgets it at each write that does not name it. <https://developer.hashicorp.com/vault/api-docs/auth/kubernetes>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.configuration.things import Step, Wanted
from sightline_vault.model.naming import Naming

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.configuration.things import Reading, Wish

KIND = "auth-config"
AFTER = ("auth",)
DESTROYS = False
FIXED: frozenset[str] = frozenset()
REVIEWER = "token_reviewer_jwt"
REVIEWED = "token_reviewer_jwt_set"

_FIELDS = (
    "kubernetes_host",
    "kubernetes_ca_cert",
    "issuer",
    "disable_iss_validation",
    "disable_local_ca_jwt",
    "pem_keys",
    "use_annotations_as_alias_metadata",
)


def wanted(wish: Wish) -> Iterator[Wanted]:
    """Yield the configuration of each mount. The issuer is checked by the API server, and here once more."""
    for index, cluster in enumerate(wish.spec.clusters):
        body: dict[str, Any] = {
            "kubernetes_host": cluster.api,
            "kubernetes_ca_cert": cluster.ca.strip(),
            "issuer": cluster.issuer,
            "disable_iss_validation": False,
            "disable_local_ca_jwt": not cluster.local,
            "pem_keys": [],
            "use_annotations_as_alias_metadata": False,
        }
        if cluster.name in wish.reviewers:
            body[REVIEWER] = wish.reviewers[cluster.name]
        yield Wanted(Naming(wish.spec).auth_path(cluster.name), body, ("clusters", index))


def actual(reading: Reading, wish: Wish) -> dict[str, dict[str, Any]]:
    """Return the configuration of the mounts that are the model's."""
    found = {}
    mounts = reading.data("sys/auth") or {}
    for each in wanted(wish):
        if (mounts.get(f"{each.key}/") or {}).get("type") != "kubernetes":
            continue
        told = reading.data(f"auth/{each.key}/config")
        if told:
            body = {name: told.get(name) for name in _FIELDS}
            body["kubernetes_ca_cert"] = str(told.get("kubernetes_ca_cert") or "").strip()
            body["pem_keys"] = list(told.get("pem_keys") or [])
            found[each.key] = {**body, REVIEWED: bool(told.get(REVIEWED))}
    return found


def write(key: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Step]:
    """Write it whole, since what is not named is reset."""
    del before
    told = dict(body)
    if REVIEWER in told:
        told[REVIEWER] = told[REVIEWER].reveal()
    yield Step("POST", f"auth/{key}/config", told)


def delete(key: str) -> Iterator[Step]:
    """Do nothing: it goes with its mount."""
    del key
    yield from ()
