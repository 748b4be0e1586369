"""A drill's outcome for others: a signed statement about the snapshot, and what Datadog is told of it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sightline_core.signing import intoto
from sightline_vault.observability import signals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_core.signing.signer import Signer
    from sightline_vault.snapshots.drill import Outcome
    from sightline_vault.snapshots.telling import Publisher

PREDICATE = "https://sightline.dev/vault-restore-drill/v1"


def plain(outcome: Outcome) -> dict[str, Any]:
    """Return the report as values of JSON."""
    restored = outcome.restored
    return {
        "ok": outcome.ok,
        "began_at": outcome.began_at.isoformat(),
        "snapshot": {"key": outcome.key, **outcome.manifest.plain()},
        "rpo_s": round(outcome.rpo_s, 1),
        "rto_s": None if outcome.rto_s is None else round(outcome.rto_s, 1),
        "restored": None
        if restored is None
        else {
            "cluster_id": restored.cluster_id,
            "cluster_name": restored.cluster_name,
            "policies": len(restored.policies),
            "mounts": len(restored.mounts),
        },
        "findings": [{"code": each.code, "message": each.message, "note": each.note} for each in outcome.findings],
    }


def sign(outcome: Outcome, signers: Sequence[Signer]) -> bytes:
    """Return the signed report, whose subject is the snapshot's file.

    Raises:
        SightlineError: A key cannot be used.
    """
    manifest = outcome.manifest
    subject = intoto.Subject(manifest.name, {"sha256": manifest.sha256})
    return intoto.attest(intoto.Statement((subject,), PREDICATE, plain(outcome)), signers).dump()


def publish(outcome: Outcome, report: bytes, to: Publisher) -> None:
    """Tell the metrics, and the event that names the report by its digest."""
    to.count(signals.DRILL_PASSED if outcome.ok else signals.DRILL_FAILED)
    to.gauge(signals.DRILL_AGE, outcome.rpo_s)
    if outcome.rto_s is not None:
        to.gauge(signals.DRILL_SECONDS, outcome.rto_s)
    text = "\n".join([*words(outcome), f"report sha256:{hashlib.sha256(report).hexdigest()}"])
    title = "Restore drill passed" if outcome.ok else "Restore drill FAILED"
    to.event(title, text, alert="success" if outcome.ok else "error")


def publish_failure(why: str, to: Publisher) -> None:
    """Tell that no drill could be held, which is as bad as one that failed."""
    to.count(signals.DRILL_FAILED)
    to.event("Restore drill could not be held", why, alert="error")


def words(outcome: Outcome) -> list[str]:
    """Return the outcome in words, a line each."""
    lines = [f"snapshot {outcome.key}", f"age {outcome.rpo_s:.0f} s"]
    if outcome.rto_s is not None:
        lines.append(f"restored in {outcome.rto_s:.1f} s")
    if outcome.restored is not None:
        lines.append(f"{len(outcome.restored.policies)} policies, {len(outcome.restored.mounts)} mounts")
    return [*lines, *(f"{each.code} {each.message}" for each in outcome.findings)]
