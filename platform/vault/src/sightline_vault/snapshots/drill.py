"""The newest snapshot into a server that is thrown away: whether a restore would have worked, and how fast.

It asks for no credentials but KMS's and S3's: see `recovery`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from sightline_core.errors import SightlineError
from sightline_vault.snapshots import structure
from sightline_vault.snapshots.checking import judge
from sightline_vault.snapshots.faults import NOT_RESTORED, OTHER_CLUSTER, TOO_LATE, SnapshotError, finding
from sightline_vault.snapshots.nameless import nameless
from sightline_vault.snapshots.recovery import RecoveryKey
from sightline_vault.snapshots.take import canary_digest
from sightline_vault.snapshots.throwaway import throwaway

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from sightline_core.diagnostics import Diagnostic
    from sightline_vault.client import VaultClient
    from sightline_vault.model import VaultClusterSpec
    from sightline_vault.snapshots.catalogue import Entry
    from sightline_vault.snapshots.manifest import Manifest
    from sightline_vault.snapshots.sealed import Kms
    from sightline_vault.snapshots.store import Store


@dataclass(slots=True)
class Means:
    """What a drill works with: the server's program, a folder for its state, the clocks, the environment."""

    program: Path
    folder: Path
    kms: Kms
    environ: Mapping[str, str]
    now: Callable[[], dt.datetime]
    clock: Callable[[], float] = time.monotonic
    tell: Callable[[str], None] = lambda _text: None


@dataclass(frozen=True, slots=True)
class Restored:
    """What the throw-away server holds: names of policies, types of mounts by path, the canary's digest."""

    cluster_id: str
    cluster_name: str
    policies: frozenset[str]
    mounts: Mapping[str, str]
    canary: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a drill went. `rpo_s` is the snapshot's age at its begin, `rto_s` the seconds until its secrets were read."""

    manifest: Manifest
    key: str
    began_at: dt.datetime
    rpo_s: float
    rto_s: float | None
    restored: Restored | None
    findings: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """Whether a restore would have worked, in time."""
        return not self.findings


@dataclass(slots=True)
class _Watch:
    clock: Callable[[], float]
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    @property
    def seconds(self) -> float:
        return self.clock() - self.began


def drill(store: Store, entry: Entry, manifest: Manifest, spec: VaultClusterSpec, means: Means) -> Outcome:
    """Restore a snapshot of the catalogue, and judge what came out.

    Raises:
        SightlineError: The store or KMS cannot be asked: that says nothing of the snapshot.
    """
    began_at, watch = means.now(), _Watch(means.clock)
    where = f"{store.name}/{entry.key}"
    rpo = (began_at - manifest.taken_at).total_seconds()
    with nameless(means.folder) as file:
        recovery = RecoveryKey()
        means.tell(f"fetching {where}, {manifest.size} bytes")
        reading = structure.read(_kept(store.get(entry.key), file), recovery.look)
        findings = list(judge(reading, where, manifest, means.kms).findings)
        restored, rto = None, None
        if not findings:
            try:
                restored = _restore(spec, manifest, file, recovery, means)
                rto = watch.seconds
            except SnapshotError as error:
                findings.append(error.finding(where))
    if restored is not None:
        findings += judged(restored, manifest, spec, where)
    findings += late(spec, where, rpo, rto)
    return Outcome(manifest, entry.key, began_at, rpo, rto, restored, tuple(findings))


def judged(restored: Restored, manifest: Manifest, spec: VaultClusterSpec, where: str) -> list[Diagnostic]:
    """Compare what was restored with what the manifest and the model promise."""
    found = []
    if manifest.cluster_name != spec.name or restored.cluster_name != spec.name:
        text = f"it is a snapshot of `{restored.cluster_name}`, not of `{spec.name}`"
        note = f"the manifest calls it `{manifest.cluster_name}`"
        found.append(finding(OTHER_CLUSTER, text, where, note))
    if restored.cluster_id != manifest.cluster_id:
        text = f"what was restored is cluster {restored.cluster_id}, the manifest says {manifest.cluster_id}"
        found.append(finding(OTHER_CLUSTER, text, where))
    if manifest.canary is None:
        found.append(finding(NOT_RESTORED, "the manifest names no canary: nothing shows that it is fresh", where))
    elif restored.canary != manifest.canary.sha256:
        lack = "is another" if restored.canary else "is not there"
        found.append(finding(NOT_RESTORED, f"the canary at `{manifest.canary.path}` {lack}", where))
    missing = sorted({each.name for each in spec.policies} - restored.policies)
    if missing:
        found.append(finding(NOT_RESTORED, f"it holds no policy {', '.join(missing)}", where))
    for mount in spec.mounts:
        kind = restored.mounts.get(f"{mount.path.strip('/')}/")
        if kind != mount.type:
            held = f"it is of type {kind}" if kind else "it is not there"
            found.append(finding(NOT_RESTORED, f"the mount `{mount.path}` is not of type {mount.type}: {held}", where))
    return found


def late(spec: VaultClusterSpec, where: str, rpo_s: float, rto_s: float | None) -> list[Diagnostic]:
    """Compare the times with the objectives."""
    objective = spec.snapshots
    found = []
    if rpo_s > objective.recovery_point_minutes * 60:
        text = (
            f"the newest snapshot is {rpo_s / 60:.0f} minutes old, the objective is {objective.recovery_point_minutes}"
        )
        found.append(finding(TOO_LATE, text, where))
    if rto_s is not None and rto_s > objective.recovery_time_s:
        text = f"the restore took {rto_s:.0f} s, the objective is {objective.recovery_time_s}"
        found.append(finding(TOO_LATE, text, where))
    return found


def _restore(
    spec: VaultClusterSpec, manifest: Manifest, file: BinaryIO, recovery: RecoveryKey, means: Means
) -> Restored:
    key = recovery.open(means.kms)
    try:
        with throwaway(spec, means.program, means.folder, means.now(), means.environ) as server:
            means.tell("the throw-away server is unsealed; restoring")
            standing = server.restore(file, max(spec.snapshots.recovery_time_s, 60))
            root = server.root(key)
            held = _held(root, manifest.canary.path if manifest.canary else "")
            return Restored(standing.cluster_id, standing.cluster_name, *held)
    except SightlineError as error:
        raise SnapshotError(NOT_RESTORED, error.message, error.why) from error
    except OSError as error:
        raise SightlineError("the drill has no place for its server", why=str(error)) from error


def _held(root: VaultClient, canary: str) -> tuple[frozenset[str], dict[str, str], str]:
    policies = frozenset(root.list("sys/policies/acl"))
    told: dict[str, Any] = (root.read("sys/mounts") or {}).get("data") or {}
    mounts = {path: str(each.get("type", "")) for path, each in told.items()}
    secret = (root.read(canary) or {}).get("data") if canary else None
    value = secret.get("data") if isinstance(secret, dict) else None
    return policies, mounts, canary_digest(value) if value else ""


def _kept(pieces: Iterator[bytes], file: BinaryIO) -> Iterator[bytes]:
    for piece in pieces:
        file.write(piece)
        yield piece
    file.flush()
