"""The recovery key of a snapshot, opened by KMS: how a drill comes to a token of the server that it throws away.

Nobody's credentials lie in a drill's pod, and Kubernetes' API cannot be reached from it. But whoever holds a snapshot
and may decrypt by its seal's key holds all of it anyway: `core/recovery-key` is stored sealed by KMS alone (Vault's
`seal_util.go`, `SealWrapRecoveryKey`), and `sys/generate-root` of the throw-away server takes it. The entries are
protobuf `StorageEntry` (1 key, 2 value), each after its length (`physical/raft/fsm.go`, `writeTo`).
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from sightline_vault.snapshots.faults import NOT_RESTORED, SnapshotError
from sightline_vault.snapshots.protobuf import fields, varint
from sightline_vault.snapshots.sealed import open_blob, read_blob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.snapshots.sealed import Kms

ENTRY = b"core/recovery-key"
_LONGEST_LENGTH = 10
_PLAUSIBLE = 16 * 2**20
"""No entry is longer: Raft's `max_entry_size` is 1 MiB by default."""


class RecoveryKey:
    """Finds the entry in a state that passes by; give `look` to `structure.read`."""

    def __init__(self) -> None:
        self._sealed = b""

    def look(self, state: Iterator[bytes]) -> None:
        """Read entries until it is found; what is no entry ends the search."""
        for entry in entries(state):
            told = dict(fields(entry)) if entry.startswith(b"\x0a" + bytes([len(ENTRY)]) + ENTRY) else {}
            if isinstance(value := told.get(2), bytes):
                self._sealed = value
                return

    def open(self, kms: Kms) -> bytes:
        """Return the key.

        Raises:
            SnapshotError: There is none, or KMS does not open it.
            SightlineError: KMS cannot be asked.
        """
        if not self._sealed:
            raise SnapshotError(NOT_RESTORED, "the snapshot holds no recovery key: it is not sealed by KMS")
        return open_blob(read_blob(self._sealed), kms)


def entries(state: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the entries of a state, holding one of them at a time."""
    waiting = b""
    for piece in state:
        waiting += piece
        at = 0
        while len(waiting) - at >= _LONGEST_LENGTH:
            try:
                size, begin = varint(waiting, at)
            except ValueError:
                return
            if size > _PLAUSIBLE:
                return
            if begin + size > len(waiting):
                break
            yield waiting[begin : begin + size]
            at = begin + size
        waiting = waiting[at:]


def shares(key: bytes, count: int) -> list[str]:
    """Return shares by which Vault's `shamir.Combine` gives the key again, in hexadecimal.

    A share is the value of a polynomial for each byte, and the point it was taken at; a constant polynomial is one of
    every degree, and its value is the key at each point.
    """
    if count == 1:
        return [key.hex()]
    return [(key + bytes([point])).hex() for point in range(1, count + 1)]


def decoded(encoded: str, otp: str) -> str:
    """Return the token that `sys/generate-root` hides behind its one-time pad."""
    hidden = base64.b64decode(encoded + "=" * (-len(encoded) % 4))
    return bytes(one ^ other for one, other in zip(hidden, otp.encode(), strict=True)).decode()
