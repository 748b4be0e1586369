"""Kubernetes objects as they were written, each field with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_kube.shapes import Path, dig, items, mapping, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_core.diagnostics import Span
    from sightline_core.located import Located

DEFAULT_NAMESPACE = "default"

CLUSTER_SCOPED = frozenset(
    {
        *{
            "Namespace",
            "Node",
            "PersistentVolume",
            "ClusterRole",
            "ClusterRoleBinding",
            "StorageClass",
            "PriorityClass",
        },
        *{"CustomResourceDefinition", "APIService", "IngressClass", "RuntimeClass", "CSIDriver", "VolumeSnapshotClass"},
        *{"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy"},
        *{"ValidatingAdmissionPolicyBinding", "ClusterIssuer", "ClusterExternalSecret", "ClusterSecretStore"},
    }
)
"""Kinds that live in no namespace: those of Kubernetes 1.36 that are written by people, and cert-manager's and
external-secrets' own."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object.

    Args:
        document: the YAML document that it stands in.
        root: where in the document it begins, `()` unless it was an item of a list.
        api_version: such as `apps/v1`.
        kind: such as `StatefulSet`.
        name: its name; with `generateName`, that.
        source: the template that Helm rendered it from, or the empty string.
    """

    document: Located = field(repr=False)
    root: Path
    api_version: str
    kind: str
    name: str
    source: str = ""

    def get(self, *path: str | int) -> Any:
        """Return the value at a path from the object's root, None where there is none."""
        return dig(self.document.value, (*self.root, *path))

    def mapping(self, *path: str | int) -> Mapping[str, Any]:
        """Return the mapping at a path, an empty one where there is none."""
        return mapping(self.get(*path))

    def items(self, *path: str | int) -> list[Any]:
        """Return the list at a path, an empty one where there is none."""
        return list(items(self.get(*path)))

    def at(self, *path: str | int) -> Span:
        """Return the place of a value, or of the nearest that encloses it."""
        return self.document.span_of((*self.root, *path))

    def key_at(self, *path: str | int) -> Span:
        """Return the place of the key that a path ends in; where it is missing, that of the nearest key above it."""
        for length in range(len(path), 0, -1):
            span = self.document.key_span((*self.root, *path[:length]))
            if self.get(*path[:length]) is not None:
                return span
        return self.head

    @property
    def head(self) -> Span:
        """The place to report what concerns the whole object: its name, else its kind."""
        for path in (("metadata", "name"), ("metadata", "generateName"), ("kind",)):
            if self.get(*path) is not None:
                return self.at(*path)
        return self.at()

    @property
    def group(self) -> str:
        """The API group, empty for the core one."""
        return self.api_version.rpartition("/")[0]

    @property
    def namespace(self) -> str:
        """The namespace as written; the empty string where none is, or where the kind has none."""
        found = self.get("metadata", "namespace")
        return found if isinstance(found, str) and self.kind not in CLUSTER_SCOPED else ""

    @property
    def effective_namespace(self) -> str:
        """The namespace that the object lands in when nobody says which."""
        return "" if self.kind in CLUSTER_SCOPED else self.namespace or DEFAULT_NAMESPACE

    @property
    def labels(self) -> Mapping[str, str]:
        """Its labels."""
        return words(self.get("metadata", "labels"))

    @property
    def annotations(self) -> Mapping[str, str]:
        """Its annotations."""
        return words(self.get("metadata", "annotations"))

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it that object in a cluster: group, kind, namespace and name."""
        return self.group, self.kind, self.effective_namespace, self.name

    def __str__(self) -> str:
        """Name it as kubectl does, such as `StatefulSet/vault`."""
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Objects that are applied together, in the order they were written."""

    manifests: tuple[Manifest, ...]

    def of(self, *kinds: str) -> Iterator[Manifest]:
        """Yield the objects of some kinds."""
        return (each for each in self.manifests if each.kind in kinds)

    def find(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """Return one object by its kind, effective namespace and name."""
        return next(
            (each for each in self.of(kind) if (each.effective_namespace, each.name) == (namespace, name)), None
        )
