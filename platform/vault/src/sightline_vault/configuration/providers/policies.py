"""Policies. <https://developer.hashicorp.com/vault/api-docs/system/policies>."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.configuration.policy_text import from_text, to_text
from sightline_vault.configuration.things import Step, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.configuration.things import Reading, Wish

KIND = "policy"
AFTER = ("audit",)
DESTROYS = False
FIXED: frozenset[str] = frozenset()

_OWN = {"root", "default"}
_LIST = "sys/policies/acl"


def wanted(wish: Wish) -> Iterator[Wanted]:
    """Yield each policy as paths with capabilities."""
    for index, policy in enumerate(wish.spec.policies):
        paths = {path: sorted(capabilities) for path, capabilities in policy.paths.items()}
        # Vault keeps names in small letters.
        yield Wanted(policy.name.lower(), {"paths": paths}, ("policies", index))


def actual(reading: Reading, wish: Wish) -> dict[str, dict[str, Any]]:
    """Return the policies but for Vault's own; one that says more than the model can has its text for a path."""
    del wish
    found = {}
    for name in reading.keys(_LIST):
        if name not in _OWN:
            text = str((reading.data(f"{_LIST}/{name}") or {}).get("policy", ""))
            paths = from_text(text)
            found[name] = {"paths": {"(text)": text} if paths is None else paths}
    return found


def write(key: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Step]:
    """Write it whole."""
    del before
    yield Step("PUT", f"{_LIST}/{key}", {"policy": to_text(body["paths"])})


def delete(key: str) -> Iterator[Step]:
    """Delete it; tokens that have it lose what it allows."""
    yield Step("DELETE", f"{_LIST}/{key}")
