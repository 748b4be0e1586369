"""Keys of transit mounts. <https://developer.hashicorp.com/vault/api-docs/secret/transit>."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.configuration.providers._engines import mounted
from sightline_vault.configuration.things import Step, Wanted, changed
from sightline_vault.model.durations import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.configuration.things import Reading, Wish

KIND = "transit-key"
AFTER = ("mount",)
DESTROYS = True
# What may be taken out once may have been taken out: neither is ever switched off again.
FIXED = frozenset({"type", "exportable", "allow_plaintext_backup", "derived"})


def wanted(wish: Wish) -> Iterator[Wanted]:
    """Yield each key, which cannot be taken out or deleted."""
    for index, key in enumerate(wish.spec.transit):
        body = {
            "type": key.type,
            "auto_rotate_period": seconds(key.auto_rotate_period or "0"),
            "deletion_allowed": False,
            "exportable": False,
            "allow_plaintext_backup": False,
            "derived": False,
        }
        yield Wanted(f"{key.mount.strip('/')}/{key.name}", body, ("transit", index))


def actual(reading: Reading, wish: Wish) -> dict[str, dict[str, Any]]:
    """Return the keys of the model's transit mounts."""
    return {
        f"{mount}/{name}": reading.data(f"{mount}/keys/{name}") or {}
        for mount in mounted(reading, wish, "transit")
        for name in reading.keys(f"{mount}/keys")
    }


def _path(key: str) -> str:
    mount, _, name = key.rpartition("/")
    return f"{mount}/keys/{name}"


def write(key: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Step]:
    """Make it (once more changes nothing), or change what can be."""
    if before is None:
        yield Step("POST", _path(key), {**body, "auto_rotate_period": f"{body['auto_rotate_period']}s"})
        return
    told = changed(body, before, "auto_rotate_period", "deletion_allowed")
    if "auto_rotate_period" in told:
        told["auto_rotate_period"] = f"{told['auto_rotate_period']}s"
    yield Step("POST", f"{_path(key)}/config", told)


def delete(key: str) -> Iterator[Step]:
    """Delete it: what it encrypted is lost."""
    yield Step("POST", f"{_path(key)}/config", {"deletion_allowed": True})
    yield Step("DELETE", _path(key))
