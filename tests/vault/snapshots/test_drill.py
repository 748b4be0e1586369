"""A drill judges what came out of a snapshot, and tells it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sightline_core.signing import intoto
from sightline_vault.observability import signals
from sightline_vault.snapshots import drill_report, recovery
from sightline_vault.snapshots.drill import Outcome, Restored, judged, late
from sightline_vault.snapshots.faults import NOT_RESTORED, OTHER_CLUSTER, TOO_LATE, SnapshotError
from sightline_vault.snapshots.manifest import Canary, Manifest
from tests.vault.configuration.canned import hub
from tests.vault.snapshots.files import FakeKms, field, seal, state, varint
from tests.vault.snapshots.makes import NOW, manifest_of, signer

SPEC = hub()
MANIFEST = manifest_of(b"content", canary=Canary("secret/data/sightline/canary", "ab"))
GOOD = Restored(
    "c1",
    "vault",
    frozenset({"root", "default", *(each.name for each in SPEC.policies)}),
    {f"{each.path}/": each.type for each in SPEC.mounts},
    "ab",
)


class Heard:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.metrics: dict[str, float] = {}
        self.events: list[tuple[str, str, str]] = []

    def gauge(self, name: str, value: float, tags: object = ()) -> None:
        del tags
        self.metrics[name] = value

    def count(self, name: str, value: int = 1, tags: object = ()) -> None:
        del tags
        self.metrics[name] = value

    def event(self, title: str, text: str, *, alert: str = "info", tags: object = ()) -> None:
        del tags
        self.events.append((title, text, alert))


def outcome(*, ok: bool) -> Outcome:
    findings = () if ok else tuple(judged(replace(GOOD, canary=""), MANIFEST, SPEC, "here"))
    return Outcome(MANIFEST, "raft/x.snap", NOW, 300, 8.5, GOOD, findings)


@pytest.mark.parametrize(
    ("restored", "manifest", "code", "words"),
    [
        (GOOD, MANIFEST, "", ""),
        (replace(GOOD, canary=""), MANIFEST, NOT_RESTORED, "is not there"),
        (replace(GOOD, canary="cd"), MANIFEST, NOT_RESTORED, "is another"),
        (GOOD, replace(MANIFEST, canary=None), NOT_RESTORED, "names no canary"),
        (replace(GOOD, policies=GOOD.policies - {"orders"}), MANIFEST, NOT_RESTORED, "holds no policy orders"),
        (replace(GOOD, mounts={}), MANIFEST, NOT_RESTORED, "the mount `secret` is not of type kv: it is not there"),
        (replace(GOOD, cluster_id="c2"), MANIFEST, OTHER_CLUSTER, "what was restored is cluster c2"),
        (replace(GOOD, cluster_name="x"), MANIFEST, OTHER_CLUSTER, "it is a snapshot of `x`, not of `vault`"),
        (GOOD, replace(MANIFEST, cluster_name="x"), OTHER_CLUSTER, "not of `vault`"),
    ],
)
def test_what_was_restored_is_held_to_the_manifest_and_the_model(
    restored: Restored, manifest: Manifest, code: str, words: str
) -> None:
    """Canary, policies, mounts and the cluster itself: each that is not as promised is a finding."""
    found = judged(restored, manifest, SPEC, "here")
    assert {each.code for each in found} == ({code} if code else set())
    assert not words or words in found[0].message


def test_the_objectives_are_the_models() -> None:
    """15 minutes and 120 seconds, to the second."""
    assert late(SPEC, "here", 900, 120) == []
    assert [each.code for each in late(SPEC, "here", 901, 121)] == [TOO_LATE, TOO_LATE]
    assert [each.code for each in late(SPEC, "here", 0, None)] == []


@pytest.mark.parametrize("ok", [True, False])
def test_the_report_is_signed_and_told(ok: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """The statement is about the snapshot's file; counts, times and an event go to Datadog."""
    key, heard, went = signer(), Heard(), outcome(ok=ok)
    signed = drill_report.sign(went, [key])
    statement = intoto.verified(
        signed, [key.verifier()], predicate_type=drill_report.PREDICATE, where="here", digest=MANIFEST.sha256
    )
    assert statement.predicate["ok"] is ok
    assert json.loads(json.dumps(statement.predicate)) == drill_report.plain(went)
    drill_report.publish(went, signed, heard)
    counted = signals.DRILL_PASSED if ok else signals.DRILL_FAILED
    assert heard.metrics == {counted: 1, signals.DRILL_AGE: 300, signals.DRILL_SECONDS: 8.5}
    assert heard.events[0][2] == ("success" if ok else "error")
    assert ("VLT305" in heard.events[0][1]) is not ok


@pytest.mark.parametrize("size", [1, 100, 10**6])
def test_the_recovery_key_is_found_in_the_state_and_opened_by_kms(size: int) -> None:
    """Wherever the pieces break; a state without it, or no state at all, says so."""
    kms = FakeKms()
    entry = field(1, recovery.ENTRY) + field(2, seal(b"k" * 32, kms))
    content = state(1, 300) + varint(len(entry)) + entry + state(2)
    found = recovery.RecoveryKey()
    found.look(content[at : at + size] for at in range(0, len(content), size))
    assert found.open(kms) == b"k" * 32
    for other in (state(1), b"\xff" * 40, b""):
        missing = recovery.RecoveryKey()
        missing.look(iter([other]))
        with pytest.raises(SnapshotError, match="holds no recovery key"):
            missing.open(kms)


def test_shares_are_points_of_a_constant_polynomial() -> None:
    """One is the key itself; several are the key at different points, as Vault's own shares have their point last."""
    assert recovery.shares(b"ab", 1) == ["6162"]
    assert recovery.shares(b"ab", 3) == ["616201", "616202", "616203"]
