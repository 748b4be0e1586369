"""A snapshot into a store: written, read back and compared, then its manifest, without which it does not count."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, BinaryIO

from sightline_core.signing import dsse
from sightline_vault.snapshots.catalogue import key_of
from sightline_vault.snapshots.checking import check
from sightline_vault.snapshots.faults import NOT_THE_MANIFESTS, SnapshotError
from sightline_vault.snapshots.manifest import SUFFIX
from sightline_vault.snapshots.store import TakenError

if TYPE_CHECKING:
    from sightline_vault.snapshots.manifest import Manifest
    from sightline_vault.snapshots.store import Store


def deposit(store: Store, prefix: str, content: BinaryIO, *, manifest: Manifest, signed: bytes, lock_days: int) -> str:
    """Store a snapshot, and return its key. Done again after it was cut off, it goes on where that ended.

    Raises:
        SnapshotError: What came back is not what was sent, or it is not encrypted and locked as it was asked for.
        SightlineError: The store cannot be asked.
    """
    key = key_of(prefix, manifest)
    until = manifest.taken_at + dt.timedelta(days=lock_days) if lock_days else None
    content.seek(0)
    _put(store, key, content, until)
    back = check(store.get(key), f"{store.name}/{key}", manifest)
    if not back.ok:
        raise SnapshotError(NOT_THE_MANIFESTS, f"what was stored came back changed: {back.findings[0].message}")
    _hold(store, key, until)
    where = f"{key}{SUFFIX}"
    _put(store, where, io.BytesIO(signed), until)
    back_there = dsse.load(b"".join(store.get(where)), where)
    # Of a run that was cut off, the signature may be another: P-256 signs one text differently each time.
    if back_there.payload != dsse.load(signed, where).payload:
        raise SnapshotError(NOT_THE_MANIFESTS, "the manifest came back changed", f"{store.name}/{where}")
    return key


def _put(store: Store, key: str, content: BinaryIO, until: dt.datetime | None) -> None:
    try:
        store.put(key, content, until)
    except TakenError:
        # The key holds the digest: what is there is the same, which reading back will show.
        return


def _hold(store: Store, key: str, until: dt.datetime | None) -> None:
    stat = store.stat(key)
    if stat is None or stat.encryption != "aws:kms":
        raise SnapshotError(NOT_THE_MANIFESTS, "the stored snapshot is not encrypted by KMS", f"{store.name}/{key}")
    if until is not None and (stat.locked_until is None or stat.locked_until < until - dt.timedelta(seconds=1)):
        raise SnapshotError(NOT_THE_MANIFESTS, "the stored snapshot is not locked", f"{store.name}/{key}")
