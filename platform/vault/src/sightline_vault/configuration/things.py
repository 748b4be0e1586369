"""What a provider speaks of: things wanted, things that are there, and the requests that make one out of the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sightline_core.located import Path
    from sightline_vault.client.secret import Secret
    from sightline_vault.model.cluster import VaultClusterSpec


@dataclass(frozen=True, slots=True)
class Wish:
    """The model, and the reviewers' tokens (by cluster) that are to be written, which no file of the model holds."""

    spec: VaultClusterSpec
    reviewers: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing of the model in the form in which its provider reads it back: durations as seconds, lists sorted.

    `path` is its place in the model's file.
    """

    key: str
    body: Mapping[str, Any]
    path: Path


@dataclass(frozen=True, slots=True)
class Step:
    """One request. `done` is what Vault says where it was done before: a request may be sent twice, see the client.

    `once` must not be: where it is not known whether it was done, the run ends, and the next one looks.
    """

    method: str
    path: str
    body: Mapping[str, Any] = field(default_factory=dict)
    done: str = ""
    once: bool = False


class Reading(Protocol):
    """Reads of one moment; each path is asked once."""

    def data(self, path: str) -> dict[str, Any] | None:
        """Return the `data` of a GET; None where nothing is there."""

    def keys(self, path: str) -> tuple[str, ...]:
        """Return the keys of a LIST."""


class Provider(Protocol):
    """One kind of thing. A field that `wanted` leaves out of a body is not compared."""

    KIND: str
    AFTER: tuple[str, ...]
    """Kinds that must be there before it."""
    DESTROYS: bool
    """Whether a deletion loses what nothing brings back."""
    FIXED: frozenset[str]
    """Fields that Vault changes in no thing that exists."""

    def wanted(self, wish: Wish) -> Iterable[Wanted]:
        """Yield what the model asks for."""

    def actual(self, reading: Reading, wish: Wish) -> Mapping[str, Mapping[str, Any]]:
        """Return what is there, by key, without what is Vault's own."""

    def write(self, key: str, body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterable[Step]:
        """Yield the requests that make it, or change it; each may be the last that is done."""

    def delete(self, key: str) -> Iterable[Step]:
        """Yield the requests that delete it; none where it cannot be."""


def changed(body: Mapping[str, Any], before: Mapping[str, Any], *fields: str) -> dict[str, Any]:
    """Return those of the fields whose value is another one."""
    return {name: body[name] for name in fields if name in body and body[name] != before.get(name)}
