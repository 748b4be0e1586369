"""The roles of each auth mount: who logs in as what. Every field that widens a role is said, so that none drifts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.configuration.things import Step, Wanted
from sightline_vault.model.durations import seconds
from sightline_vault.model.naming import Naming

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.configuration.things import Reading, Wish

KIND = "role"
AFTER = ("auth", "auth-config", "policy")
DESTROYS = False
FIXED: frozenset[str] = frozenset()

_LISTS = ("bound_service_account_names", "bound_service_account_namespaces", "token_policies", "token_bound_cidrs")
_NARROW: dict[str, Any] = {
    "bound_service_account_namespace_selector": "",
    # A name could be taken by a new account of the same name; the uid cannot.
    "alias_name_source": "serviceaccount_uid",
    "token_bound_cidrs": [],
    "token_explicit_max_ttl": 0,
    "token_no_default_policy": False,
    "token_num_uses": 0,
    "token_period": 0,
    "token_type": "default",
}


def wanted(wish: Wish) -> Iterator[Wanted]:
    """Yield each role, under the names of today (`token_ttl`, not `ttl`)."""
    audiences = {each.name: each.audience for each in wish.spec.clusters}
    for index, role in enumerate(wish.spec.roles):
        body = {
            "bound_service_account_names": sorted(role.service_accounts),
            "bound_service_account_namespaces": sorted(role.namespaces),
            "audience": role.audience or audiences[role.cluster],
            "token_policies": sorted(each.lower() for each in role.policies),
            "token_ttl": seconds(role.ttl),
            "token_max_ttl": seconds(role.max_ttl),
            **_NARROW,
        }
        yield Wanted(f"{Naming(wish.spec).auth_path(role.cluster)}/{role.name.lower()}", body, ("roles", index))


def actual(reading: Reading, wish: Wish) -> dict[str, dict[str, Any]]:
    """Return the roles of the mounts that are the model's."""
    found = {}
    mounts = reading.data("sys/auth") or {}
    for cluster in wish.spec.clusters:
        mount = Naming(wish.spec).auth_path(cluster.name)
        if (mounts.get(f"{mount}/") or {}).get("type") != "kubernetes":
            continue
        for name in reading.keys(f"auth/{mount}/role"):
            told = reading.data(f"auth/{mount}/role/{name}") or {}
            body = {"audience": "", **told}
            body |= {each: sorted(told.get(each) or []) for each in _LISTS}
            found[f"{mount}/{name}"] = body
    return found


def path_of(key: str) -> str:
    """Return where the API has a role."""
    mount, _, name = key.rpartition("/")
    return f"auth/{mount}/role/{name}"


def write(key: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Step]:
    """Write it whole."""
    del before
    yield Step("POST", path_of(key), body)


def delete(key: str) -> Iterator[Step]:
    """Delete it; tokens that were got by it live on until their end."""
    yield Step("DELETE", path_of(key))
