"""Manifests, keys and stores for the tests of snapshots."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, BinaryIO

from cryptography.hazmat.primitives.asymmetric import ec

from sightline_core.signing.key_files import FileSigner
from sightline_vault.snapshots.manifest import Canary, Manifest
from sightline_vault.snapshots.store import Listed, LockedError, Stat, TakenError
from tests.vault.snapshots.files import ARN

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC)


def signer(keyid: str = "ours") -> FileSigner:
    """Return a new key."""
    return FileSigner(ec.generate_private_key(ec.SECP256R1()), keyid)


def manifest_of(
    content: bytes, *, at: dt.datetime = NOW, canary: Canary | None = None, name: str = "vault"
) -> Manifest:
    """Return the manifest of a snapshot file."""
    return Manifest(
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        cluster_id="c1",
        cluster_name=name,
        vault_version="1.21.0",
        index=89,
        term=3,
        taken_at=at,
        taken_by="job@pod",
        taken_from="https://vault-0:8200",
        kms_key=ARN,
        canary=canary,
    )


class Killed(BaseException):
    """The process ended here."""


class MemoryStore:
    """Keeps objects; ends the process at the operation of a number, and changes what it is told to."""

    name = "memory"

    def __init__(self, now: dt.datetime = NOW) -> None:
        self.objects: dict[str, bytes] = {}
        self.locks: dict[str, dt.datetime | None] = {}
        self.now = now
        self.changes: dict[str, bytes] = {}
        self.kill_at = -1
        self.calls = 0
        self.encryption = "aws:kms"
        self.forgets_locks = False

    def put(self, key: str, content: BinaryIO, locked_until: dt.datetime | None) -> None:
        self._tick()
        if key in self.objects:
            raise TakenError(key)
        self.objects[key] = content.read()
        self.locks[key] = None if self.forgets_locks else locked_until
        self._tick()

    def get(self, key: str) -> Iterator[bytes]:
        self._tick()
        yield self.changes.get(key, self.objects[key])

    def stat(self, key: str) -> Stat | None:
        self._tick()
        return Stat(len(self.objects[key]), self.locks[key], self.encryption) if key in self.objects else None

    def list(self, prefix: str) -> Iterator[Listed]:
        self._tick()
        for key in sorted(self.objects):
            if key.startswith(prefix):
                yield Listed(key, len(self.objects[key]))

    def delete(self, key: str) -> None:
        self._tick()
        until = self.locks.get(key)
        if until is not None and until > self.now:
            raise LockedError(key)
        self.objects.pop(key, None)
        self._tick()

    def _tick(self) -> None:
        self.calls += 1
        if self.calls == self.kill_at:
            raise Killed
