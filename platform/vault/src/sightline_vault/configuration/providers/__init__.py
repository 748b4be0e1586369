"""Each kind of thing that Vault is configured by, one a file; they are found by being here, and sorted by `AFTER`."""

from __future__ import annotations

import pkgutil
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from sightline_vault.configuration.things import Provider


@cache
def providers() -> dict[str, Provider]:
    """Return them by kind, each after those that it needs."""
    modules = [import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    found = {module.KIND: cast("Provider", module) for module in modules if hasattr(module, "KIND")}
    order = TopologicalSorter({kind: each.AFTER for kind, each in sorted(found.items())}).static_order()
    return {kind: found[kind] for kind in order}
