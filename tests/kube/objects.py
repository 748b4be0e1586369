"""Short ways to write manifests in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from sightline_kube.reading import read_bundle

if TYPE_CHECKING:
    from sightline_kube.manifests import Bundle


def pod(
    name: str = "web", namespace: str = "shop", ports: list[dict[str, Any]] | None = None, **labels: str
) -> dict[str, Any]:
    """Return a Pod; without labels it has `app: NAME`."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels or {"app": name}},
        "spec": {"containers": [{"name": name, "image": "x", "ports": ports or []}]},
    }


def policy(name: str, selector: dict[str, Any], namespace: str = "shop", **spec: Any) -> dict[str, Any]:
    """Return a NetworkPolicy for pods with the given labels."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": {"matchLabels": selector} if selector else {}, **spec},
    }


def text(*objects: dict[str, Any]) -> str:
    """Return objects as one YAML text."""
    return yaml.safe_dump_all(objects, sort_keys=False)


def bundle(*objects: dict[str, Any]) -> Bundle:
    """Return objects as they are read."""
    read, findings = read_bundle({"test.yaml": text(*objects)})
    assert findings == []
    return read
