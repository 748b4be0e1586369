"""What Vault holds at one moment: each path is asked once for a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Asks(Protocol):
    """What is needed of a client."""

    def read(self, path: str, *, query: Mapping[str, str] | None = None) -> dict[str, Any] | None:
        """Return the answer to a GET, None for a 404."""

    def list(self, path: str) -> tuple[str, ...]:
        """Return the keys of a LIST, none for a 404."""


class OnceEach:
    """Remembers."""

    def __init__(self, client: Asks) -> None:
        self._client = client
        self._data: dict[str, dict[str, Any] | None] = {}
        self._keys: dict[str, tuple[str, ...]] = {}

    def data(self, path: str) -> dict[str, Any] | None:
        """Return the `data` of a GET; None where nothing is there."""
        if path not in self._data:
            told = self._client.read(path)
            # Some answer 204, or a body without data, where nothing was ever written.
            self._data[path] = (told.get("data") or None) if told else None
        return self._data[path]

    def keys(self, path: str) -> tuple[str, ...]:
        """Return the keys of a LIST."""
        if path not in self._keys:
            self._keys[path] = self._client.list(path)
        return self._keys[path]
