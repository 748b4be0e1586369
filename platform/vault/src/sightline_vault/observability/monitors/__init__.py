"""The monitors of a cluster, one module a subject. They are found by being here.

Each has `watches(spec, at)`: `at` is the scope of queries, `env:prod,service:vault`.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from sightline_datadog.documents import Document, Kind
from sightline_vault.model.naming import Naming

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sightline_vault.model.cluster import VaultClusterSpec
    from sightline_vault.observability.monitors.watch import Watch


class Subject(Protocol):
    """One module."""

    def watches(self, spec: VaultClusterSpec, at: str) -> Iterable[Watch]:
        """Yield its monitors."""


def watches(spec: VaultClusterSpec) -> list[Watch]:
    """Return every monitor of a cluster, in the order of their keys."""
    names = [each.name for each in pkgutil.iter_modules(__path__) if each.name != "watch"]
    subjects = [cast("Subject", import_module(f"{__name__}.{name}")) for name in names]
    scope = ",".join(Naming(spec).tags[:2])
    return sorted((each for subject in subjects for each in subject.watches(spec, scope)), key=lambda each: each.key)


def documents(spec: VaultClusterSpec) -> list[Document]:
    """Return the monitors as Datadog takes them; a key begins with the cluster's name."""
    return [Document(Kind.MONITOR, f"{spec.name}-{each.key}", each.body(spec)) for each in watches(spec)]
