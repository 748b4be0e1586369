"""A model, and what Vault answers to reads, as plain values: recorded from Vault 1.21.0, changed by tests."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline_vault.configuration.reading import OnceEach
from sightline_vault.model import VaultClusterSpec, read_spec_file

if TYPE_CHECKING:
    from collections.abc import Mapping

HUB = Path(__file__).resolve().parents[3] / "platform" / "vault" / "clusters" / "hub.yaml"


@lru_cache
def hub() -> VaultClusterSpec:
    """Return the model that the repository ships."""
    spec, findings = read_spec_file(HUB)
    assert spec is not None, findings
    return spec


class Canned:
    """Answers reads from a mapping of paths; lists from another."""

    def __init__(self, get: Mapping[str, Any] | None = None, lists: Mapping[str, list[str]] | None = None) -> None:
        self.get: dict[str, Any] = copy.deepcopy(dict(get or {}))
        self.lists = dict(lists or {})

    def read(self, path: str, *, query: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        del query
        return {"data": self.get[path]} if path in self.get else None

    def list(self, path: str) -> tuple[str, ...]:
        return tuple(self.lists.get(path, ()))

    def reading(self) -> OnceEach:
        return OnceEach(self)


def mounted(kind: str, description: str, **config: Any) -> dict[str, Any]:
    """Return a mount as `sys/mounts` and `sys/auth` list it."""
    settings = {"default_lease_ttl": 0, "force_no_cache": False, "max_lease_ttl": 0, **config}
    return {
        "accessor": "x_1",
        "config": settings,
        "description": description,
        "options": None,
        "type": kind,
        "uuid": "u",
    }


ROLE = {
    "alias_name_source": "serviceaccount_uid",
    "audience": "vault",
    "bound_service_account_names": ["payments"],
    "bound_service_account_namespace_selector": "",
    "bound_service_account_namespaces": ["shop"],
    "token_bound_cidrs": [],
    "token_explicit_max_ttl": 0,
    "token_max_ttl": 3600,
    "token_no_default_policy": False,
    "token_num_uses": 0,
    "token_period": 0,
    "token_policies": ["payments"],
    "token_ttl": 900,
    "token_type": "default",
}
"""`auth/kubernetes/prod/role/payments`."""


def as_wanted() -> Canned:
    """Return a part of the hub's configuration, in the words of a real server."""
    spec = hub()
    get: dict[str, Any] = {
        "sys/mounts": {
            "sys/": mounted("system", "system endpoints"),
            "identity/": mounted("identity", "identity store"),
            "cubbyhole/": mounted("cubbyhole", "per-token private secret storage"),
            "secret/": {**mounted("kv", "secrets of the services"), "options": {"version": "2"}},
            "transit/": mounted("transit", "keys that never leave"),
            "pki/": mounted("pki", "certificates of the services", max_lease_ttl=31_536_000),
        },
        "sys/auth": {
            "token/": mounted("token", "token based credentials", token_type="default-service"),
            **{f"kubernetes/{e.name}/": mounted("kubernetes", f"pods of {e.name}") for e in spec.clusters},
        },
        "sys/audit": {
            "file/": {"type": "file", "options": {"file_path": "/vault/audit/audit.log"}, "path": "file/"},
            "stdout/": {"type": "file", "options": {"file_path": "stdout"}, "path": "stdout/"},
        },
        "sys/storage/raft/autopilot/configuration": {
            "cleanup_dead_servers": True,
            "dead_server_last_contact_threshold": "24h0m0s",
            "disable_upgrade_migration": False,
            "last_contact_threshold": "10s",
            "max_trailing_logs": 1000,
            "min_quorum": 3,
            "server_stabilization_time": "10s",
        },
        "sys/quotas/rate-limit/everything": {
            "block_interval": 0,
            "group_by": "ip",
            "inheritable": True,
            "interval": 1,
            "name": "everything",
            "path": "",
            "rate": 2000,
            "role": "",
            "secondary_rate": 0,
            "type": "rate-limit",
        },
        "auth/kubernetes/prod/role/payments": ROLE,
        "sys/policies/acl/certificates": {
            "name": "certificates",
            "policy": '# by hand\npath "pki/sign/services"   {\n capabilities = ["update","create"]\n}',
        },
        "pki/config/urls": {
            "crl_distribution_points": ["https://vault.vault.svc:8200/v1/pki/crl"],
            "enable_templating": False,
            "issuing_certificates": ["https://vault.vault.svc:8200/v1/pki/ca"],
            "ocsp_servers": [],
        },
    }
    lists = {
        "sys/quotas/rate-limit": ["everything"],
        "auth/kubernetes/prod/role": ["payments"],
        "sys/policies/acl": ["certificates", "default", "root"],
    }
    return Canned(get, lists)
