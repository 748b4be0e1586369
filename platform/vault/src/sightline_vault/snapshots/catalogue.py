"""What is in the store: each snapshot with its signed manifest, and those that are none.

A snapshot is written before its manifest, so one without a manifest was never finished.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_vault.snapshots import manifest as manifests
from sightline_vault.snapshots.faults import SnapshotError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_core.signing.signer import Verifier
    from sightline_vault.snapshots.manifest import Manifest
    from sightline_vault.snapshots.store import Store

LARGEST_MANIFEST = 64 * 1024
_NAME = re.compile(r"(\d{8}T\d{6}Z)-(\d{12,})-([0-9a-f]{12})\.snap")


@dataclass(frozen=True, slots=True)
class Entry:
    """A snapshot in the store. `why` says what is wrong with it; empty for one that may be restored."""

    key: str
    size: int
    taken_at: dt.datetime
    manifest: Manifest | None
    why: str = ""

    @property
    def whole(self) -> bool:
        """Whether it has a trusted manifest, and is as long as that says."""
        return self.manifest is not None and not self.why


def key_of(prefix: str, manifest: Manifest) -> str:
    """Return where a snapshot is kept."""
    return f"{prefix}{manifest.cluster_name}/{manifest.name}"


def entries(
    store: Store,
    prefix: str,
    verifiers: Sequence[Verifier],
    *,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> Iterator[Entry]:
    """Yield the snapshots below a prefix, the newest first; manifests are fetched as they are asked for.

    Raises:
        SightlineError: The store cannot be asked.
    """
    sizes = {each.key: each.size for each in store.list(prefix)}
    found = []
    for key in sizes:
        match = _NAME.fullmatch(key.rpartition("/")[2])
        if match is not None:
            at = dt.datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
            if (since is None or at >= since) and (until is None or at <= until):
                found.append((at, key))
    for at, key in sorted(found, reverse=True):
        yield _entry(store, key, at, sizes, verifiers)


def newest(store: Store, prefix: str, verifiers: Sequence[Verifier]) -> Entry | None:
    """Return the newest whole snapshot."""
    return next((each for each in entries(store, prefix, verifiers) if each.whole), None)


def _entry(store: Store, key: str, at: dt.datetime, sizes: dict[str, int], verifiers: Sequence[Verifier]) -> Entry:
    size, where = sizes[key], f"{key}{manifests.SUFFIX}"
    if where not in sizes:
        return Entry(key, size, at, None, "it has no manifest: it was never finished")
    if sizes[where] > LARGEST_MANIFEST:
        return Entry(key, size, at, None, "its manifest is too long")
    try:
        manifest = manifests.read(b"".join(store.get(where)), verifiers, f"{store.name}/{where}")
    except SnapshotError as error:
        return Entry(key, size, at, None, error.message)
    if key.rpartition("/")[2] != manifest.name:
        return Entry(key, size, at, manifest, "its manifest is that of another snapshot")
    if size != manifest.size:
        return Entry(key, size, at, manifest, f"it has {size} bytes, its manifest says {manifest.size}")
    return Entry(key, size, at, manifest)
