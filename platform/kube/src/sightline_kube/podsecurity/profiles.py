"""What a control is, and where the fields stand that controls look at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sightline_core.diagnostics import Span
    from sightline_kube.pods import Container, PodTemplate


class Profile(StrEnum):
    """The three profiles, from the widest to the strictest."""

    PRIVILEGED = "privileged"
    BASELINE = "baseline"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Violation:
    """What of a pod is forbidden, and where."""

    message: str
    span: Span
    label: str = ""
    help: str = ""


class Control(Protocol):
    """One control, one file of `controls/`."""

    CODE: str
    ID: str
    """What the admission controller calls it."""
    REASON: str
    """How the API server's refusal names it; with a plural it begins so."""
    PROFILE: Profile
    OVERRIDES: str
    """The `ID` of the weaker control of `baseline` that it stands in for, or the empty string."""

    def check(self, pod: PodTemplate) -> Iterable[Violation]:
        """Yield what is forbidden."""


@dataclass(frozen=True, slots=True)
class Context:
    """A security context: the pod's, or a container's."""

    pod: PodTemplate
    container: Container | None = None

    @property
    def who(self) -> str:
        """Whose it is, in words."""
        return f"container {self.container.name}" if self.container else "the pod"

    def get(self, *path: str | int) -> Any:
        """Return a value of it, None where there is none."""
        if self.container:
            return self.container.get("securityContext", *path)
        return self.pod.get("spec", "securityContext", *path)

    def at(self, *path: str | int) -> Span:
        """Return the place of a value."""
        if self.container:
            return self.container.at("securityContext", *path)
        return self.pod.at("spec", "securityContext", *path)


def contexts(pod: PodTemplate) -> Iterator[Context]:
    """Yield the pod's security context, then each container's."""
    yield Context(pod)
    for container in pod.containers():
        yield Context(pod, container)


def own_contexts(pod: PodTemplate) -> Iterator[Context]:
    """Yield each container's security context."""
    return (each for each in contexts(pod) if each.container is not None)


def is_windows(pod: PodTemplate) -> bool:
    """Whether Linux' settings do not exist for it: the API server refuses them on such a pod."""
    return bool(pod.get("spec", "os", "name") == "windows")


def in_user_namespace(pod: PodTemplate) -> bool:
    """Whether its root is nobody outside (`hostUsers: false`), for which controls were relaxed in 1.35."""
    return pod.get("spec", "hostUsers") is False
