"""Where snapshots are kept, by what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator


class TakenError(Exception):
    """An object of that key is there already: nothing was written."""


class LockedError(Exception):
    """An object cannot be deleted yet."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An object in a listing."""

    key: str
    size: int


@dataclass(frozen=True, slots=True)
class Stat:
    """What the store says of an object: until when it cannot be deleted, and how it is encrypted (`aws:kms`)."""

    size: int
    locked_until: dt.datetime | None
    encryption: str


class Store(Protocol):
    """Keeps objects that are written once. What the environment does raises SightlineError."""

    @property
    def name(self) -> str:
        """How people call it, such as `s3://BUCKET`."""

    def put(self, key: str, content: BinaryIO, locked_until: dt.datetime | None) -> None:
        """Write an object whole or not at all.

        Raises:
            TakenError: There is one of that key.
        """

    def get(self, key: str) -> Iterator[bytes]:
        """Yield an object's content."""

    def stat(self, key: str) -> Stat | None:
        """Return what is known of an object; None where there is none."""

    def list(self, prefix: str) -> Iterator[Listed]:
        """Yield the objects whose key begins so, by their key."""

    def delete(self, key: str) -> None:
        """Take an object out of the listing; what is not there is gone already.

        Raises:
            LockedError: It cannot be, yet.
        """
