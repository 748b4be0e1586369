"""A cluster whose leader is changed once in the midst of a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.snapshots.source import VaultSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sightline_vault.client import VaultClient


class Changing(VaultSource):
    """Changes the leader after so many pieces of the first stream."""

    def __init__(self, client: VaultClient, change: Callable[[], object], after: int = 1) -> None:
        super().__init__(client)
        self._change, self._after = change, after
        self.changed = False

    def stream(self, address: str) -> Iterator[bytes]:
        for number, piece in enumerate(super().stream(address), start=1):
            yield piece
            if number == self._after and not self.changed:
                self.changed = True
                self._change()
