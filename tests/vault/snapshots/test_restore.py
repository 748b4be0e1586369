"""A restore goes into the cluster that was typed, of that cluster's own snapshot, unless it is said otherwise."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from sightline_core.errors import SightlineError
from sightline_vault.snapshots.faults import OTHER_CLUSTER
from sightline_vault.snapshots.restore import Plan, Waiting, plan, refusals, restore, words
from sightline_vault.snapshots.source import Standing
from tests.vault.snapshots.makes import manifest_of

MANIFEST = manifest_of(b"content")
LEADER = Standing("https://a:8200", "t1", "c1", "vault", "1.21.0")
OTHER = replace(LEADER, cluster_id="c2")


class Target:
    """A node that becomes another cluster by a restore, after some looks; `given` keeps what it got."""

    addresses = ("https://a:8200",)

    def __init__(self, standing: Standing | None, looks: int = 2) -> None:
        self.now, self.looks, self.given = standing, looks, b""

    def standing(self, address: str) -> Standing | None:
        del address
        if self.given and self.looks:
            self.looks -= 1
            return None
        return replace(self.now, cluster_id="c1") if self.given and self.now else self.now

    def restore(self, address: str, file: io.BytesIO, *, force: bool) -> None:
        del address, force
        self.given = file.read()

    def holdings(self) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        return ("secret/",), ("a", "b")

    def servers(self) -> tuple[str, ...] | None:
        return ("vault-0", "vault-1")

    def stream(self, address: str) -> None:
        raise NotImplementedError(address)

    write_canary = stream


@pytest.mark.parametrize(
    ("leader", "confirmed", "from_cluster", "messages"),
    [
        (LEADER, "vault", "", []),
        (LEADER, "", "", ["the target is called `vault`, not ``"]),
        (LEADER, "vaul", "", ["the target is called `vault`, not `vaul`"]),
        (OTHER, "vault", "", ["the snapshot is of cluster c1, the target is c2"]),
        (OTHER, "vault", "c2", ["the snapshot is of cluster c1, the target is c2"]),
        (OTHER, "vault", "c1", []),
    ],
)
def test_only_the_cluster_that_is_meant(
    leader: Standing, confirmed: str, from_cluster: str, messages: list[str]
) -> None:
    """The name has to be the target's; another cluster's snapshot wants its id, which force does not give."""
    for force in (False, True):
        found = refusals(Plan(MANIFEST, leader, force), confirmed, from_cluster)
        assert [each.message for each in found] == messages
        assert {each.code for each in found} <= {OTHER_CLUSTER}


def test_what_it_destroys_is_said() -> None:
    """The target by name, id and holdings; that force may lose the cluster; that a foreign one replaces it."""
    told = "\n".join(words(plan(Target(OTHER), MANIFEST, ("vault-0",), force=True)))  # type: ignore[arg-type]
    assert "vault (c2)" in told
    assert "it holds 1 mounts and 2 policies" in told
    assert "stays sealed for good" in told
    assert "everything the target holds is lost, and it becomes c1" in told


def test_servers_that_the_snapshot_does_not_know_are_not_lost() -> None:
    """Vault would seal them, and the leader for want of a quorum: that is refused, and what to do instead is said."""
    planned = plan(Target(LEADER), MANIFEST, ("vault-0",), force=False)  # type: ignore[arg-type]
    (found,) = refusals(planned, "vault")
    assert "has no server vault-1" in found.message
    assert refusals(plan(Target(LEADER), MANIFEST, ("vault-0", "vault-1"), force=False), "vault") == []  # type: ignore[arg-type]


def test_it_waits_until_every_node_serves_what_was_restored() -> None:
    """Silence on the way is waited for; one that never serves is named."""
    target = Target(OTHER)
    waiting = Waiting(within_s=60, sleep=lambda _seconds: None)
    restore(target, Plan(MANIFEST, OTHER, force=False), io.BytesIO(b"state"), waiting)  # type: ignore[arg-type]
    assert target.given == b"state"
    ticks = iter(range(1000))
    waiting = Waiting(within_s=3, clock=lambda: next(ticks), sleep=lambda _seconds: None)
    with pytest.raises(SightlineError, match="not every node serves") as caught:
        restore(Target(OTHER, 1000), Plan(MANIFEST, OTHER, force=False), io.BytesIO(b"state"), waiting)  # type: ignore[arg-type]
    assert caught.value.where == "https://a:8200"
