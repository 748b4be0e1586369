"""The values by which the chart is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.render.documents import yaml_text
from sightline_vault.render.values import values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_vault.model.cluster import VaultClusterSpec

_HEAD = "# Rendered by `sightline vault render`: change the cluster's file, not this one.\n"


def render(spec: VaultClusterSpec) -> Mapping[str, str]:
    """Return `values.yaml`."""
    return {"values.yaml": _HEAD + yaml_text(values(spec))}
