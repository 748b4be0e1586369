"""What Datadog is told of the snapshot job; a job that never ran is told of by the silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sightline_vault.observability import signals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_vault.snapshots.manifest import Manifest


class Publisher(Protocol):
    """Takes metrics and events; `sightline_vault.dogstatsd.Dogstatsd` is one."""

    def gauge(self, name: str, value: float, tags: Sequence[str] = ()) -> None:
        """Say how much it is now."""

    def count(self, name: str, value: int = 1, tags: Sequence[str] = ()) -> None:
        """Say that it happened."""

    def event(self, title: str, text: str, *, alert: str = "info", tags: Sequence[str] = ()) -> None:
        """Tell of a happening."""


def taken(manifest: Manifest, to: Publisher) -> None:
    """Tell of a snapshot that is stored."""
    to.count(signals.SNAPSHOT_TAKEN)
    to.gauge(signals.SNAPSHOT_BYTES, manifest.size)


def failed(why: str, to: Publisher) -> None:
    """Tell of one that is not."""
    to.count(signals.SNAPSHOT_FAILED)
    to.event("Snapshot failed", why, alert="error")
