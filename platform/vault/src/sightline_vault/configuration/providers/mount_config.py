"""The `config` endpoints of a mount, by name: `urls` is `MOUNT/config/urls`, `config` is `MOUNT/config` itself.

Only the fields that the model names are compared, and of these only what Vault gives back: it shows no password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.client.durations import in_seconds
from sightline_vault.configuration.providers._engines import mounted
from sightline_vault.configuration.providers.pki_root import ROOT
from sightline_vault.configuration.things import Step, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.configuration.things import Reading, Wish

KIND = "mount-config"
AFTER = ("mount",)
DESTROYS = False
FIXED: frozenset[str] = frozenset()


def wanted(wish: Wish) -> Iterator[Wanted]:
    """Yield each endpoint that the model writes to."""
    for _, each in _with_mounts(wish):
        yield each


def _with_mounts(wish: Wish) -> Iterator[tuple[str, Wanted]]:
    for index, mount in enumerate(wish.spec.mounts):
        path = mount.path.strip("/")
        for name, body in mount.config.items():
            if (mount.type, name) != ("pki", ROOT):
                plain = {key: _plain(value) for key, value in body.items()}
                place = f"{path}/config" if name == "config" else f"{path}/config/{name}"
                yield path, Wanted(place, plain, ("mounts", index, "config", name))


def _plain(value: Any) -> Any:
    """Make two ways to write one value the same: times as seconds, lists in order."""
    if isinstance(value, str):
        return in_seconds(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return sorted(value)
    return value


def actual(reading: Reading, wish: Wish) -> dict[str, dict[str, Any]]:
    """Return what these endpoints answer, where they were ever written."""
    there = set(mounted(reading, wish, ""))
    found = {}
    for mount, each in _with_mounts(wish):
        if mount in there:
            told = reading.data(each.key)
            if told:
                found[each.key] = {**each.body, **{key: _plain(value) for key, value in told.items()}}
    return found


def write(key: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Step]:
    """Write what the model names."""
    del before
    yield Step("POST", key, body)


def delete(key: str) -> Iterator[Step]:
    """Do nothing: it goes with its mount."""
    del key
    yield from ()
