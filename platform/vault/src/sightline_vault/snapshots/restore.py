"""A snapshot into the cluster that was named, and into no other.

Vault takes a plain restore of another cluster's snapshot without a word where the same KMS key seals both. So the ids
are compared here, the target's name is typed by whoever wants it, and everything about the file is checked before.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from sightline_core.errors import SightlineError
from sightline_vault.snapshots.faults import OTHER_CLUSTER, finding
from sightline_vault.snapshots.source import leader_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_core.diagnostics import Diagnostic
    from sightline_vault.snapshots.manifest import Manifest
    from sightline_vault.snapshots.source import Standing, Target


@dataclass(frozen=True, slots=True)
class Plan:
    """What a restore would do. `mounts` and `policies` are the target's now; None where they may not be seen.

    `strangers` are servers of the target that were none of the snapshot's cluster.
    """

    manifest: Manifest
    leader: Standing
    force: bool
    mounts: tuple[str, ...] | None = None
    policies: tuple[str, ...] | None = None
    strangers: tuple[str, ...] = ()

    @property
    def foreign(self) -> bool:
        """Whether the snapshot is another cluster's."""
        return self.manifest.cluster_id != self.leader.cluster_id


@dataclass(slots=True)
class Waiting:
    """How long to wait until every node serves again, and how many looks in a row must say so.

    The leader answers first and restores then; until it begins, it still looks as before.
    """

    within_s: float = 120.0
    pause_s: float = 0.5
    looks: int = 3
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = field(default=time.sleep)


def plan(target: Target, manifest: Manifest, servers: tuple[str, ...], *, force: bool) -> Plan:
    """Look at the target; `servers` are the snapshot's own (`Meta.servers`).

    Raises:
        SightlineError: No node leads it.
    """
    leader = leader_of(target)
    if leader is None:
        where = ", ".join(target.addresses)
        raise SightlineError("no node leads the target", where=where, help="see `sightline vault status`")
    mounts, policies = target.holdings() or (None, None)
    strangers = tuple(each for each in target.servers() or () if each not in servers)
    return Plan(manifest, leader, force, mounts, policies, strangers)


def refusals(planned: Plan, confirmed: str, from_cluster: str = "") -> list[Diagnostic]:
    """Return why it is not done: the name that was typed is not the target's, or the snapshot is another cluster's.

    Args:
        planned: what it would do.
        confirmed: the target's name, as it was typed.
        from_cluster: the id of the other cluster whose snapshot is meant; empty for the target's own.
    """
    leader, manifest = planned.leader, planned.manifest
    found = []
    if confirmed != leader.cluster_name:
        text = f"the target is called `{leader.cluster_name}`, not `{confirmed}`"
        found.append(finding(OTHER_CLUSTER, text, leader.address, "all that it holds would be replaced"))
    if planned.foreign and from_cluster != manifest.cluster_id:
        text = f"the snapshot is of cluster {manifest.cluster_id}, the target is {leader.cluster_id}"
        note = f"where it is meant, as into a new cluster after a loss: --from-cluster {manifest.cluster_id}"
        found.append(finding(OTHER_CLUSTER, text, manifest.name, note))
    if planned.strangers:
        # Seen on Vault 1.21: followers find themselves "removed from the HA cluster", and the leader loses its quorum.
        text = f"the snapshot's cluster has no server {', '.join(planned.strangers)}: Vault would remove and seal it"
        note = "restore into one server of a name that it has, and start the others after; they join by themselves"
        found.append(finding(OTHER_CLUSTER, text, manifest.name, note))
    return found


def words(planned: Plan) -> list[str]:
    """Return what a restore destroys and what it brings, a line each."""
    leader, manifest = planned.leader, planned.manifest
    lines = [
        f"into    {leader.cluster_name} ({leader.cluster_id}), led by {leader.address}",
        f"from    {manifest.name}, taken {manifest.taken_at.isoformat()} by {manifest.taken_by}",
        f"lost    all that was written since then: tokens, leases, secrets, keys and configuration{_held(planned)}",
    ]
    if planned.foreign:
        lines.append(f"foreign everything the target holds is lost, and it becomes {manifest.cluster_id}")
    if planned.force:
        lines.append("force   Vault will not look whether its seal opens the snapshot: where it does not, the")
        lines.append("        cluster stays sealed for good, with all that it holds")
    return lines


def restore(target: Target, planned: Plan, file: BinaryIO, waiting: Waiting | None = None) -> None:
    """Give the file to the leader, and wait until every node serves what it holds.

    Cut off anywhere, the target holds either all of it or what it held before, and the same again brings the rest.

    Raises:
        SightlineError: The leader refused, or a node does not serve after so many seconds.
    """
    waiting = waiting or Waiting()
    target.restore(planned.leader.address, file, force=planned.force)
    began = waiting.clock()
    fine = 0
    while True:
        lacking = _lacking(target, planned.manifest.cluster_id)
        fine = 0 if lacking else fine + 1
        if fine == waiting.looks:
            return
        if lacking and waiting.clock() - began > waiting.within_s:
            raise SightlineError(
                "the snapshot is restored, but not every node serves",
                where=", ".join(lacking),
                help="see their logs and `sightline vault status`; a node that stays sealed is restarted",
            )
        waiting.sleep(waiting.pause_s)


def _lacking(target: Target, cluster_id: str) -> list[str]:
    standings = [(each, target.standing(each)) for each in target.addresses]
    lacking = [address for address, each in standings if each is None or each.cluster_id != cluster_id]
    if not lacking and not any(each is not None and each.leads for _, each in standings):
        return ["no node leads"]
    return lacking


def _held(planned: Plan) -> str:
    if planned.mounts is None or planned.policies is None:
        return " (what it holds now may not be seen)"
    return f" (it holds {len(planned.mounts)} mounts and {len(planned.policies)} policies)"
