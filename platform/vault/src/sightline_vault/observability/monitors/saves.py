"""Snapshots and restore drills: that one is missing says as much as that one failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.observability import signals
from sightline_vault.observability.monitors.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.model.cluster import VaultClusterSpec


def watches(spec: VaultClusterSpec, at: str) -> Iterator[Watch]:
    """Yield them."""
    # Two intervals missed: of a count, no data is zero.
    window = 2 * spec.snapshots.recovery_point_minutes
    yield Watch(
        "snapshot-missing",
        "no snapshot was taken",
        f"sum(last_{window}m):sum:{signals.SNAPSHOT_TAKEN}{{{at}}}.as_count() < 1",
        f"No snapshot was taken, checked and stored for {window} minutes.",
        "snapshot-missing",
        page=True,
        thresholds={"critical": 1},
    )
    yield Watch(
        "snapshot-failed",
        "a snapshot failed",
        f"sum(last_30m):sum:{signals.SNAPSHOT_FAILED}{{{at}}}.as_count() > 0",
        "{{value}} snapshots were not taken or did not pass their checks.",
        "snapshot-missing",
        page=False,
        thresholds={"critical": 0},
    )
    yield Watch(
        "drill-failed",
        "a restore drill failed",
        f"sum(last_1h):sum:{signals.DRILL_FAILED}{{{at}}}.as_count() > 0",
        "The newest snapshot was not restored, or does not hold what it has to.",
        "drill-failed",
        page=True,
        thresholds={"critical": 0},
    )
    yield Watch(
        "drill-missing",
        "no restore drill passed",
        f"sum(last_2d):sum:{signals.DRILL_PASSED}{{{at}}}.as_count() < 1",
        "For two days no restore drill passed.",
        "drill-failed",
        page=False,
        thresholds={"critical": 1},
    )
    yield Watch(
        "restore-slow",
        "a restore takes too long",
        f"max(last_1h):max:{signals.DRILL_SECONDS}{{{at}}} > {spec.snapshots.recovery_time_s}",
        f"The last drill took {{{{value}}}} s, and should take {spec.snapshots.recovery_time_s}.",
        "drill-failed",
        page=False,
        thresholds={"critical": spec.snapshots.recovery_time_s},
    )
