"""What Datadog is told of the snapshot job; a job that never ran is told of by the silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sightline_vault.snapshots.drill_report import Publisher
    from sightline_vault.snapshots.manifest import Manifest

OK = "vault.snapshot.ok"
"""1 when a snapshot was taken, stored, read back; 0 when not. No value for two intervals: the job does not run."""
SIZE = "vault.snapshot.size"
"""Bytes of the file."""
TOOK = "vault.snapshot.took"
"""Seconds from the start of the job until the manifest was stored."""


def taken(manifest: Manifest, took_s: float, to: Publisher) -> None:
    """Tell of a snapshot that is stored."""
    to.gauge(OK, 1)
    to.gauge(SIZE, manifest.size)
    to.gauge(TOOK, took_s)


def failed(why: str, to: Publisher) -> None:
    """Tell of one that is not."""
    to.gauge(OK, 0)
    to.event("Snapshot failed", why, alert="error")
