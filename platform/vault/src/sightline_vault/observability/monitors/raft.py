"""The Raft cluster: a leader, its health, what it may lose, how fast it commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.observability.collect import IS_LEADER
from sightline_vault.observability.metric_map import metrics
from sightline_vault.observability.monitors.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.model.cluster import VaultClusterSpec

_ELECTIONS = 3


def watches(spec: VaultClusterSpec, at: str) -> Iterator[Watch]:
    """Yield them."""
    known = metrics()
    # Only the leader reports of autopilot, and one that stepped down goes on to, for as long as metrics are kept.
    leader = f"{at},is_leader:true"
    yield Watch(
        "no-leader",
        "there is no leader",
        f"max(last_1m):sum:{IS_LEADER}{{{at}}} < 1",
        "For a minute no server led: nobody can read or write.",
        "no-leader",
        page=True,
        thresholds={"critical": 1},
        silent=True,
    )
    yield Watch(
        "leader-changes",
        "the leader changes often",
        f"sum(last_1h):sum:{known['vault_core_leadership_lost'].datadog}.count{{{at}}}.as_count() > {_ELECTIONS}",
        "The leader was lost {{value}} times in an hour.",
        "no-leader",
        page=False,
        thresholds={"critical": _ELECTIONS},
    )
    yield Watch(
        "autopilot",
        "autopilot says that the cluster is unhealthy",
        f"max(last_2m):min:{known['vault_autopilot_healthy'].datadog}{{{leader}}} < 1",
        "A server is not healthy to Raft: see `sightline vault status`.",
        "node-replacement",
        page=True,
        thresholds={"critical": 1},
    )
    spare = (spec.nodes - 1) // 2
    yield Watch(
        "tolerance",
        "fewer servers may be lost than should",
        f"max(last_15m):min:{known['vault_autopilot_failure_tolerance'].datadog}{{{leader}}} < {spare}",
        f"{{{{value}}}} servers may be lost before there is no quorum, and should be {spare}.",
        "node-replacement",
        page=False,
        thresholds={"critical": spare},
    )
    yield Watch(
        "slow-commits",
        "Raft commits slowly",
        f"avg(last_5m):max:{known['vault_raft_commitTime'].datadog}.quantile{{{at},quantile:0.99}}"
        f" > {spec.alerts.commit_ms}",
        "The slowest commits take {{value}} ms: the disk or the network between servers is slow.",
        "slow-commits",
        page=False,
        thresholds={"critical": spec.alerts.commit_ms},
    )
