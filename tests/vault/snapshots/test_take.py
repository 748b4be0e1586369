"""A snapshot is taken from whoever leads, and one that a change of leaders spoiled is taken again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_core.errors import SightlineError
from sightline_vault.snapshots.checking import check, pieces_of
from sightline_vault.snapshots.nameless import name
from sightline_vault.snapshots.source import CutOffError, Standing
from sightline_vault.snapshots.structure import SEALED
from sightline_vault.snapshots.take import Job, Patience, canary_digest, take
from tests.vault.snapshots.files import FakeKms, packed, snapshot, unpacked
from tests.vault.snapshots.makes import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

KMS = FakeKms()
A, B = "https://a:8200", "https://b:8200"
WHOLE = snapshot(kms=KMS)


class Cluster:
    """Two nodes; what each stream gives comes from a list, and `during` is called in its midst."""

    addresses = (A, B)

    def __init__(self, *streams: bytes | Exception, leader: str = A) -> None:
        self.streams = list(streams)
        self.leader, self.since = leader, 1
        self.asked: list[str] = []
        self.during: list[Callable[[], None]] = []
        self.canary: dict[str, str] = {}
        self.denied = False

    def standing(self, address: str) -> Standing | None:
        since = f"t{self.since}" if address == self.leader else ""
        return Standing(address, since, "c1", "vault", "1.21.0")

    def stream(self, address: str) -> Iterator[bytes]:
        self.asked.append(address)
        given = self.streams.pop(0)
        if isinstance(given, Exception):
            self.during.pop(0)()
            raise given
        yield given[:100]
        if self.during:
            self.during.pop(0)()
        yield given[100:]

    def write_canary(self, path: str, value: Mapping[str, str]) -> bool:
        del path
        self.canary = dict(value)
        return not self.denied

    def lead(self, address: str) -> Callable[[], None]:
        """Return what changes the leader."""

        def change() -> None:
            self.leader, self.since = address, self.since + 1

        return change


def job(cluster: Cluster, attempts: int = 5) -> Job:
    return Job(
        cluster, KMS, "job@pod", lambda: NOW, "secret/data/canary", Patience(attempts, 0), sleep=lambda _seconds: None
    )


def test_what_is_taken_is_whole_and_its_manifest_says_what_it_is(tmp_path: Path) -> None:
    """The manifest is that of the file; the file has no name and leaves nothing."""
    cluster = Cluster(WHOLE)
    taken = take(job(cluster), tmp_path)
    with taken.file as file:
        file.seek(0)
        assert file.read() == WHOLE
        assert list(tmp_path.iterdir()) == []
        name(file, tmp_path / "kept.snap")
    assert (tmp_path / "kept.snap").stat().st_mode & 0o777 == 0o600
    assert check(pieces_of(tmp_path / "kept.snap"), "kept", taken.manifest, KMS).ok
    assert taken.manifest.canary is not None
    assert taken.manifest.canary.sha256 == canary_digest(cluster.canary)
    assert (taken.manifest.taken_from, taken.manifest.index, taken.tries) == (A, 89, ())


@pytest.mark.parametrize(
    "spoiled",
    [
        WHOLE[:200],
        WHOLE[:200] + b'{"errors":["node is not active"]}',
        packed({name: content for name, content in unpacked(WHOLE).items() if name != SEALED}),
        CutOffError("reset"),
    ],
    ids=["cut off", "an error behind it", "no sealed sum", "reset"],
)
def test_a_spoiled_one_is_taken_again_from_the_new_leader(tmp_path: Path, spoiled: bytes | Exception) -> None:
    """Whatever a lost lead does to a stream, the next leader is asked, and nothing of the first try is left."""
    cluster = Cluster(spoiled, WHOLE)
    cluster.during = [cluster.lead(B)]
    taken = take(job(cluster), tmp_path)
    taken.file.close()
    assert cluster.asked == [A, B]
    assert (taken.manifest.taken_from, len(taken.tries)) == (B, 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("then", [A, B])
def test_a_whole_one_of_a_node_that_lost_its_lead_meanwhile_is_not_believed(tmp_path: Path, then: str) -> None:
    """It may lack what the new leader acknowledged; that it leads again by now changes nothing."""
    cluster = Cluster(WHOLE, WHOLE)
    cluster.during = [cluster.lead(then)]
    taken = take(job(cluster), tmp_path)
    taken.file.close()
    assert taken.tries == (f"{A} lost its lead meanwhile",)
    assert taken.manifest.taken_from == then


def test_without_a_leader_it_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    """After so many tries it gives up, and names the last reason."""
    with pytest.raises(SightlineError) as caught:
        take(job(Cluster(leader=""), attempts=3), tmp_path)
    assert caught.value.why == "3 tries; the last: no node leads"
    assert list(tmp_path.iterdir()) == []


def test_a_canary_that_may_not_be_written_costs_no_snapshot(tmp_path: Path) -> None:
    """The data counts more: the manifest then names no canary, and the drill will say so."""
    cluster = Cluster(WHOLE)
    cluster.denied = True
    taken = take(job(cluster), tmp_path)
    taken.file.close()
    assert taken.manifest.canary is None
