"""Rate limits. <https://developer.hashicorp.com/vault/api-docs/system/rate-limit-quotas>."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.client.durations import in_seconds
from sightline_vault.configuration.things import Step, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.configuration.things import Reading, Wish

KIND = "quota"
# Its path has to be of a mount that is there.
AFTER = ("mount", "auth", "role")
DESTROYS = False
FIXED: frozenset[str] = frozenset()

_LIST = "sys/quotas/rate-limit"
_TIMES = ("interval", "block_interval")


def wanted(wish: Wish) -> Iterator[Wanted]:
    """Yield each limit: so many requests in each second, and no ban."""
    for index, quota in enumerate(wish.spec.quotas):
        body = {
            "rate": float(quota.rate),
            "path": quota.path.strip("/"),
            "role": "",
            "interval": 1,
            "block_interval": 0,
        }
        yield Wanted(quota.name, body, ("quotas", index))


def actual(reading: Reading, wish: Wish) -> dict[str, dict[str, Any]]:
    """Return the limits; Vault ends a mount's path by a slash."""
    del wish
    found = {}
    for name in reading.keys(_LIST):
        told = dict(reading.data(f"{_LIST}/{name}") or {})
        told["rate"] = float(told.get("rate") or 0)
        told["path"] = str(told.get("path") or "").strip("/")
        told["role"] = told.get("role") or ""
        told |= {each: in_seconds(str(told.get(each) or 0)) for each in _TIMES}
        found[name] = told
    return found


def write(key: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Step]:
    """Write it whole."""
    del before
    yield Step("POST", f"{_LIST}/{key}", body)


def delete(key: str) -> Iterator[Step]:
    """Delete it."""
    yield Step("DELETE", f"{_LIST}/{key}")
