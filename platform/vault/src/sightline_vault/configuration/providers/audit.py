"""Audit devices. Vault changes none: one that differs is disabled and enabled anew, while the others go on writing.

<https://developer.hashicorp.com/vault/api-docs/system/audit>
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.configuration.things import Step, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.configuration.things import Reading, Wish
    from sightline_vault.model.cluster import AuditDevice

KIND = "audit"
# What is configured after it is written down by it.
AFTER: tuple[str, ...] = ()
DESTROYS = True
FIXED: frozenset[str] = frozenset()


def wanted(wish: Wish) -> Iterator[Wanted]:
    """Yield each device; `stdout` is a file of that name to Vault."""
    for index, device in enumerate(wish.spec.audit):
        kind = "socket" if device.kind == "socket" else "file"
        yield Wanted(device.name, {"type": kind, "options": _options(device)}, ("audit", index))


def _options(device: AuditDevice) -> dict[str, str]:
    if device.kind == "socket":
        return {"address": device.address, "socket_type": "tcp"}
    return {"file_path": "stdout" if device.kind == "stdout" else device.path}


def actual(reading: Reading, wish: Wish) -> dict[str, dict[str, Any]]:
    """Return the devices that are enabled."""
    del wish
    told = reading.data("sys/audit") or {}
    return {
        key.rstrip("/"): {"type": each["type"], "options": dict(each.get("options") or {})}
        for key, each in told.items()
    }


def write(key: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Step]:
    """Enable it, instead of what was there."""
    if before is not None:
        yield from delete(key)
    yield Step("PUT", f"sys/audit/{key}", body, done="path already in use")


def delete(key: str) -> Iterator[Step]:
    """Disable it; what it wrote stays."""
    yield Step("DELETE", f"sys/audit/{key}")
