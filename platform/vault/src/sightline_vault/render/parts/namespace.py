"""The namespace, which enforces the restricted profile; Helm does not own it, so that removing a release keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.model.naming import Naming
from sightline_vault.render.documents import yaml_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_vault.model.cluster import VaultClusterSpec

_PROFILE = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}


def render(spec: VaultClusterSpec) -> Mapping[str, str]:
    """Return `namespace.yaml`."""
    metadata = {"name": spec.namespace, "labels": {**Naming(spec).common_labels, **_PROFILE}}
    return {"namespace.yaml": yaml_text({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})}
