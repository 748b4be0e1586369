"""A snapshot from the leader, whoever leads, into a file that has no name before it is whole.

What a leader gives that lost its lead meanwhile may be cut off, lack its sealed sum (hashicorp/vault#12168), or be
whole but old. So the file is read to its end on its way, the sealed sum is opened, and the node must have led from
before the first byte until after the last one; else another one is taken.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from sightline_core.errors import SightlineError
from sightline_core.signing.canonical import canonical
from sightline_vault.snapshots.checking import judge
from sightline_vault.snapshots.manifest import Canary, Manifest
from sightline_vault.snapshots.nameless import nameless
from sightline_vault.snapshots.source import CutOffError, leader_of
from sightline_vault.snapshots.structure import read

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from sightline_vault.snapshots.sealed import Kms
    from sightline_vault.snapshots.source import Source, Standing


@dataclass(frozen=True, slots=True)
class Patience:
    """How often it is tried, and the seconds between; an election by Vault's defaults takes up to half a minute."""

    attempts: int = 30
    pause_s: float = 1.0


@dataclass(slots=True)
class Job:
    """What is taken, and how: where from, who opens sealed sums, in whose name, by which clock."""

    source: Source
    kms: Kms
    by: str
    now: Callable[[], dt.datetime]
    canary: str = ""
    patience: Patience = field(default_factory=Patience)
    sleep: Callable[[float], None] = time.sleep
    tell: Callable[[str], None] = lambda _text: None


@dataclass(slots=True)
class Taken:
    """A whole snapshot: a nameless file for reading, what is known of it, and what went wrong before."""

    file: BinaryIO
    manifest: Manifest
    tries: tuple[str, ...]


def take(job: Job, folder: Path) -> Taken:
    """Take a snapshot into a nameless file in a folder; the caller closes it, and nothing is left by a kill.

    Raises:
        SightlineError: No whole one was to be had.
        OSError: The folder cannot be written.
    """
    tries: list[str] = []
    for number in range(job.patience.attempts):
        if number:
            job.sleep(job.patience.pause_s)
        leader = leader_of(job.source)
        if leader is None:
            tries.append("no node leads")
            continue
        file = nameless(folder)
        try:
            taken = _once(job, leader, file)
        except CutOffError as error:
            file.close()
            tries.append(str(error))
            job.tell(f"{error}; taking another")
            continue
        except BaseException:
            file.close()
            raise
        return Taken(file, taken, tuple(tries))
    raise SightlineError(
        "no whole snapshot could be taken",
        where=", ".join(job.source.addresses),
        why=f"{len(tries)} tries; the last: {tries[-1] if tries else 'none was allowed'}",
        help="see `sightline vault status`",
    )


def _once(job: Job, leader: Standing, file: BinaryIO) -> Manifest:
    canary = _canary(job)
    # Before the first byte: what is acknowledged from now on may be missing in it.
    at = job.now().replace(microsecond=0)

    def written() -> Iterator[bytes]:
        for piece in job.source.stream(leader.address):
            file.write(piece)
            yield piece

    reading = read(written())
    file.flush()
    os.fsync(file.fileno())
    checked = judge(reading, leader.address, kms=job.kms)
    if reading.whole is None or not checked.ok:
        raise CutOffError(f"{leader.address} gave no whole snapshot: {checked.findings[0].message}")
    if job.source.standing(leader.address) != leader:
        raise CutOffError(f"{leader.address} lost its lead meanwhile")
    meta = reading.whole.meta
    return Manifest(
        sha256=reading.sha256,
        size=reading.size,
        cluster_id=leader.cluster_id,
        cluster_name=leader.cluster_name,
        vault_version=leader.version,
        index=meta.index,
        term=meta.term,
        taken_at=at,
        taken_by=job.by,
        taken_from=leader.address,
        kms_key=checked.key,
        canary=canary,
    )


def _canary(job: Job) -> Canary | None:
    """Write a secret that only a snapshot from now on can hold; None where that is not allowed."""
    if not job.canary:
        return None
    value = {"nonce": secrets.token_hex(16), "written_at": job.now().isoformat()}
    if not job.source.write_canary(job.canary, value):
        job.tell(f"warning: the canary at {job.canary} could not be written: no drill of this snapshot will pass")
        return None
    return Canary(job.canary, canary_digest(value))


def canary_digest(value: Mapping[str, object]) -> str:
    """Return the digest by which a manifest names a canary's value."""
    return hashlib.sha256(canonical(dict(value))).hexdigest()
