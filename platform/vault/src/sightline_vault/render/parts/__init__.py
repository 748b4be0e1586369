"""What is rendered: one module, one part. A part is found by being here, and has one function, `render`.

    def render(spec: VaultClusterSpec) -> Mapping[str, str]: ...

It returns texts by their path below the folder that they are written to. No two parts write one path.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_vault.model.cluster import VaultClusterSpec


class Part(Protocol):
    """One part."""

    def render(self, spec: VaultClusterSpec) -> Mapping[str, str]:
        """Return texts by path."""


def parts() -> Sequence[Part]:
    """Return every part, in the order of their names."""
    names = sorted(each.name for each in pkgutil.iter_modules(__path__))
    return [cast("Part", import_module(f"{__name__}.{name}")) for name in names]


def render_all(spec: VaultClusterSpec) -> dict[str, str]:
    """Return what every part makes of a cluster, by path, in the order of the paths.

    Raises:
        ValueError: Two parts write one path.
    """
    made: dict[str, str] = {}
    for part in parts():
        found = part.render(spec)
        if both := made.keys() & found.keys():
            raise ValueError(f"two parts write {', '.join(sorted(both))}")
        made |= found
    return dict(sorted(made.items()))
