"""What is stored is read back, listed by its manifest, kept long enough, and never half there."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest

from sightline_vault.snapshots import manifest as manifests
from sightline_vault.snapshots.catalogue import Entry, entries, newest
from sightline_vault.snapshots.deposit import deposit
from sightline_vault.snapshots.faults import NOT_THE_MANIFESTS, UNTRUSTED_MANIFEST, SnapshotError
from sightline_vault.snapshots.keeping import expired, prune
from sightline_vault.snapshots.manifest import SUFFIX, Canary
from tests.vault.snapshots.files import FakeKms, snapshot
from tests.vault.snapshots.makes import NOW, Killed, MemoryStore, manifest_of, signer

KEY = signer()
VERIFIERS = [KEY.verifier()]
WHOLE = snapshot(kms=FakeKms())
MANIFEST = manifest_of(WHOLE, canary=Canary("secret/data/canary", "ab"))


def put(store: MemoryStore, content: bytes = WHOLE, *, at: dt.datetime = NOW, lock_days: int = 30) -> str:
    manifest = replace(MANIFEST, taken_at=at)
    signed = manifests.sign(manifest, [KEY])
    return deposit(store, "raft/", io.BytesIO(content), manifest=manifest, signed=signed, lock_days=lock_days)


def test_a_manifest_comes_back_as_it_was_signed_and_from_nobody_else() -> None:
    """A key that is not trusted, a changed byte, or the manifest of another file are refused."""
    signed = manifests.sign(MANIFEST, [KEY])
    assert manifests.read(signed, VERIFIERS, "here") == MANIFEST
    for content, trusted in (
        (signed, [signer().verifier()]),
        (signed.replace(b'"payload":"ey', b'"payload":"eY'), VERIFIERS),
        (b"", VERIFIERS),
    ):
        with pytest.raises(SnapshotError) as caught:
            manifests.read(content, trusted, "here")
        assert caught.value.code == UNTRUSTED_MANIFEST


def test_what_is_stored_is_listed_with_its_manifest() -> None:
    """The newest whole one is found among unfinished, unsigned and cut ones; times limit the list."""
    store = MemoryStore()
    old = put(store, at=NOW - dt.timedelta(hours=1))
    new = put(store)
    store.objects[f"raft/vault/{NOW + dt.timedelta(hours=1):%Y%m%dT%H%M%SZ}-000000000099-aaaaaaaaaaaa.snap"] = b"x"
    forged = f"raft/vault/{NOW + dt.timedelta(hours=2):%Y%m%dT%H%M%SZ}-000000000099-bbbbbbbbbbbb.snap"
    store.objects |= {forged: WHOLE, f"{forged}{SUFFIX}": store.objects[f"{new}{SUFFIX}"], "raft/vault/readme": b""}
    found = list(entries(store, "raft/", VERIFIERS))
    assert [each.whole for each in found] == [False, False, True, True]
    assert found[0].why == "its manifest is that of another snapshot"
    assert found[1].why == "it has no manifest: it was never finished"
    assert [each.key for each in found[2:]] == [new, old]
    assert newest(store, "raft/", VERIFIERS) == found[2]
    assert [each.key for each in entries(store, "raft/", VERIFIERS, until=NOW - dt.timedelta(minutes=1))] == [old]
    assert newest(store, "raft/", [signer().verifier()]) is None


@pytest.mark.parametrize("lie", ["content", "manifest", "encryption", "lock"])
def test_a_store_that_lies_is_found_out(lie: str) -> None:
    """Even moto takes a wrong checksum: what counts is what comes back, and how it is kept."""
    store = MemoryStore()
    key = put(MemoryStore())
    if lie == "content":
        store.changes[key] = WHOLE[:-9] + b"x" + WHOLE[-8:]
    if lie == "manifest":
        store.changes[f"{key}{SUFFIX}"] = manifests.sign(replace(MANIFEST, taken_by="x"), [KEY])
    if lie == "encryption":
        store.encryption = "AES256"
    store.forgets_locks = lie == "lock"
    with pytest.raises(SnapshotError) as caught:
        put(store)
    assert caught.value.code == NOT_THE_MANIFESTS


def test_a_kill_at_any_operation_leaves_nothing_that_counts_or_all_of_it() -> None:
    """After each kill the list shows a whole one or none, and the same again gives a whole one."""
    calm = MemoryStore()
    put(calm)
    for number in range(1, calm.calls + 1):
        store = MemoryStore()
        store.kill_at = number
        with pytest.raises(Killed):
            put(store)
        assert all(each.whole or "never finished" in each.why for each in entries(store, "raft/", VERIFIERS))
        key = put(store)
        assert [each.key for each in entries(store, "raft/", VERIFIERS) if each.whole] == [key]


def entry(days: float, *, whole: bool = True) -> Entry:
    at = NOW - dt.timedelta(days=days)
    return Entry(f"k{days:g}", 1, at, replace(MANIFEST, taken_at=at) if whole else None, "" if whole else "broken")


def test_the_newest_whole_ones_are_kept_whatever_their_age() -> None:
    """A job that stopped 100 days ago still has its last three whole snapshots; broken ones do not count."""
    found = [entry(100, whole=False), entry(101), entry(102, whole=False), entry(103), entry(104), entry(105)]
    assert [each.key for each in expired(found, NOW, 35)] == ["k100", "k102", "k105"]
    assert expired([entry(day) for day in range(35)], NOW, 35) == []
    assert [each.key for each in expired([entry(day) for day in range(38)], NOW, 35)] == ["k36", "k37"]


def test_what_is_locked_stays_and_a_killed_prune_is_finished_by_the_next() -> None:
    """No lock is fought; after a kill at any operation the next run deletes the rest."""
    for kill_at in range(1, 9):
        store = MemoryStore(NOW + dt.timedelta(days=40))
        for age in range(5):
            put(store, at=NOW - dt.timedelta(days=age), lock_days=100 if age == 4 else 30)
        store.calls, store.kill_at = 0, kill_at

        def run(store: MemoryStore = store) -> tuple[list[str], list[str]]:
            return prune(store, expired(entries(store, "raft/", VERIFIERS), store.now, 35))

        try:
            run()
        except Killed:
            _, locked = run()
            assert len(locked) == 1
        assert sum(each.whole for each in entries(store, "raft/", VERIFIERS)) == 4
        assert not [
            key for key in store.objects if key.endswith(SUFFIX) and key.removesuffix(SUFFIX) not in store.objects
        ]
