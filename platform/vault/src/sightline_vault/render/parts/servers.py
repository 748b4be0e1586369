"""The configuration of each server, as the chart mounts it: to be read, and for `vault operator diagnose`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.model.naming import Naming
from sightline_vault.render.server import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_vault.model.cluster import VaultClusterSpec


def render(spec: VaultClusterSpec) -> Mapping[str, str]:
    """Return `servers/POD.json` for each server."""
    names = Naming(spec)
    return {f"servers/{names.pod(ordinal)}.json": text(spec, ordinal) for ordinal in range(spec.nodes)}
