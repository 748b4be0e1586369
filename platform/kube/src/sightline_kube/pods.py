"""The pods that objects make: the template of every kind of workload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_kube.shapes import Path, dig, items, mapping, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_core.diagnostics import Span
    from sightline_kube.manifests import Bundle, Manifest

TEMPLATES: Mapping[str, Path] = {
    "Pod": (),
    "PodTemplate": ("template",),
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
"""Where each kind of workload holds what its pods are made from."""

GROUPS: Mapping[str, str] = {
    **dict.fromkeys(("Pod", "PodTemplate", "ReplicationController"), ""),
    **dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"), "apps"),
    **dict.fromkeys(("Job", "CronJob"), "batch"),
}
"""The group of each: another group's kind of the same name is another thing."""

CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a template, with its place."""

    pod: PodTemplate
    where: str
    index: int

    @property
    def path(self) -> Path:
        """The way to it from the template."""
        return ("spec", self.where, self.index)

    @property
    def name(self) -> str:
        """Its name, or its index where it has none."""
        found = self.get("name")
        return found if isinstance(found, str) else str(self.index)

    @property
    def is_sidecar(self) -> bool:
        """Whether it is an init container that keeps running beside the others (`restartPolicy: Always`)."""
        return self.where == "initContainers" and self.get("restartPolicy") == "Always"

    @property
    def runs_on(self) -> bool:
        """Whether it runs as long as the pod does."""
        return self.where == "containers" or self.is_sidecar

    def get(self, *path: str | int) -> Any:
        """Return the value at a path, None where there is none."""
        return self.pod.get(*self.path, *path)

    def at(self, *path: str | int) -> Span:
        """Return the place of a value, or of its key's nearest ancestor; the container's name where all is missing."""
        if self.get(*path) is None and self.get(*path[:1]) is None and self.get("name") is not None:
            return self.pod.at(*self.path, "name")
        return self.pod.at(*self.path, *path)


@dataclass(frozen=True, slots=True)
class PodTemplate:
    """What an object's pods look like."""

    owner: Manifest
    root: Path

    def get(self, *path: str | int) -> Any:
        """Return the value at a path from the template, None where there is none."""
        return self.owner.get(*self.root, *path)

    def at(self, *path: str | int) -> Span:
        """Return the place of a value; that of the nearest key above it where it is missing."""
        if self.get(*path) is not None:
            return self.owner.at(*self.root, *path)
        return self.owner.key_at(*self.root, *path)

    @property
    def spec(self) -> Mapping[str, Any]:
        """The pod's specification."""
        return mapping(self.get("spec"))

    @property
    def namespace(self) -> str:
        """Where the pods live."""
        return self.owner.effective_namespace

    @property
    def labels(self) -> Mapping[str, str]:
        """The pods' labels."""
        return words(self.get("metadata", "labels"))

    @property
    def annotations(self) -> Mapping[str, str]:
        """The pods' annotations."""
        return words(self.get("metadata", "annotations"))

    @property
    def service_account(self) -> str:
        """The service account that the pods run under."""
        found = self.spec.get("serviceAccountName") or self.spec.get("serviceAccount")
        return found if isinstance(found, str) else "default"

    def containers(self, *, running: bool = False) -> Iterator[Container]:
        """Yield its containers in the order in which they start; with `running`, those that live as long as the pod."""
        for where in CONTAINER_LISTS:
            for index, each in enumerate(items(self.spec.get(where))):
                container = Container(self, where, index)
                if isinstance(each, dict) and (container.runs_on or not running):
                    yield container

    def ports(self) -> Iterator[tuple[str, str, int]]:
        """Yield name, protocol and number of every port that a running container declares; a name may be empty."""
        for container in self.containers(running=True):
            for port in items(container.get("ports")):
                number = dig(port, ("containerPort",))
                if isinstance(number, int):
                    yield str(dig(port, ("name",)) or ""), str(dig(port, ("protocol",)) or "TCP"), number


def templates(bundle: Bundle) -> Iterator[PodTemplate]:
    """Yield the template of every workload of a bundle."""
    for manifest in bundle.of(*TEMPLATES):
        if manifest.group == GROUPS[manifest.kind]:
            yield PodTemplate(manifest, TEMPLATES[manifest.kind])
