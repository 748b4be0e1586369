"""What may be said in clear: words of Vault's API, and the names that the cluster's model itself writes down.

A name in the model lies in a repository already, so it is no secret; everything else that people write may be one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from sightline_vault.model.naming import Naming

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sightline_vault.model.cluster import VaultClusterSpec

HIDDEN = "*"
"""What stands for a text that is not said."""

_PARTS = re.compile(r"[/+*]")


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """Return the words of Vault's API: `segments` of paths, `types` of mounts, `operations`, `errors` by their text."""
    found: dict[str, Any] = json.loads((resources.files(__package__) / "words.json").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words; `names` are policies, roles, accounts and the names that tokens are shown by."""

    segments: frozenset[str]
    names: frozenset[str]
    types: frozenset[str] = field(default_factory=lambda: frozenset(words()["types"]))
    operations: frozenset[str] = field(default_factory=lambda: frozenset(words()["operations"]))

    def path(self, text: object) -> str:
        """Return a path with each part hidden that is no word."""
        if not isinstance(text, str):
            return HIDDEN
        return "/".join(each if not each or each in self.segments else HIDDEN for each in text.split("/"))

    def name(self, text: object) -> str:
        """Return a name, hidden where the model does not have it."""
        return text if isinstance(text, str) and text in self.names else HIDDEN


def vocabulary(spec: VaultClusterSpec) -> Vocabulary:
    """Return the words that may be said of a cluster."""
    return Vocabulary(frozenset({*words()["segments"], *_segments(spec)}), frozenset(_names(spec)))


def _segments(spec: VaultClusterSpec) -> Iterator[str]:
    naming = Naming(spec)
    paths = [each.path for each in spec.mounts]
    paths += [path for policy in spec.policies for path in policy.paths]
    paths += [naming.auth_path(each.name) for each in spec.clusters]
    for path in paths:
        yield from filter(None, _PARTS.split(path))
    for named in (spec.policies, spec.roles, spec.transit, spec.pki_roles, spec.quotas, spec.audit):
        yield from (each.name for each in named)


def _names(spec: VaultClusterSpec) -> Iterator[str]:
    yield from ("root", "default", "token", "response-wrapping")
    yield from (each.name for each in spec.policies)
    for role in spec.roles:
        yield role.name
        yield from role.service_accounts
        yield from role.namespaces
        # How the Kubernetes method shows a token: the mount's path, the namespace and the account.
        yield from _shown(Naming(spec).auth_path(role.cluster), role.namespaces, role.service_accounts)


def _shown(mount: str, namespaces: Iterable[str], accounts: Iterable[str]) -> Iterator[str]:
    for namespace in namespaces:
        yield from (f"{mount.replace('/', '-')}-{namespace}-{account}" for account in accounts)
