"""Which mounts of the model are there: what is in a mount is read only where its mount is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.configuration.things import Reading, Wish


def mounted(reading: Reading, wish: Wish, kind: str) -> Iterator[str]:
    """Yield the paths of the model's mounts of a type that Vault has, too."""
    there = reading.data("sys/mounts") or {}
    for mount in wish.spec.mounts:
        path = mount.path.strip("/")
        if kind in {mount.type, ""} and (there.get(f"{path}/") or {}).get("type") == mount.type:
            yield path
