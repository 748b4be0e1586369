"""What is known of a snapshot beside its bytes: whose it is, of when, by whom; signed as an in-toto statement.

The file's digest is the statement's subject, so that the manifest of one snapshot never passes for that of another. It
is the one sum that covers every byte: the header of a gzip member is under none of its own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from sightline_core.signing import dsse, intoto
from sightline_vault.snapshots.faults import NOT_THE_MANIFESTS, UNTRUSTED_MANIFEST, SnapshotError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_core.signing.signer import Signer, Verifier

PREDICATE = "https://sightline.dev/vault-snapshot/v1"
SUFFIX = ".manifest.json"


@dataclass(frozen=True, slots=True)
class Canary:
    """A secret that was written right before the snapshot: where it is, and the SHA-256 of its value."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is.

    `sha256` and `size` are the file's; `index` and `term` Raft's; `taken_at` is when taking began, in UTC and whole
    seconds; `taken_from` the leader's address; `kms_key` the ARN of the key that sealed the sums.
    """

    sha256: str
    size: int
    cluster_id: str
    cluster_name: str
    vault_version: str
    index: int
    term: int
    taken_at: dt.datetime
    taken_by: str
    taken_from: str
    kms_key: str
    canary: Canary | None = None

    @property
    def name(self) -> str:
        """The snapshot's name, which sorts by time."""
        return f"{self.taken_at:%Y%m%dT%H%M%SZ}-{self.index:012d}-{self.sha256[:12]}.snap"

    def plain(self) -> dict[str, Any]:
        """Return it as values of JSON."""
        return {**asdict(self), "taken_at": self.taken_at.isoformat()}


def sign(manifest: Manifest, signers: Sequence[Signer]) -> bytes:
    """Return the signed manifest.

    Raises:
        SightlineError: A key cannot be used.
    """
    subject = intoto.Subject(manifest.name, {"sha256": manifest.sha256})
    return intoto.attest(intoto.Statement((subject,), PREDICATE, manifest.plain()), signers).dump()


def read(content: bytes, verifiers: Sequence[Verifier], where: str) -> Manifest:
    """Return the manifest of an envelope that one of these keys signed.

    Raises:
        SnapshotError: It is not to be trusted.
    """
    try:
        statement = intoto.verified(content, verifiers, predicate_type=PREDICATE, where=where)
        manifest = _manifest(statement.predicate)
    except dsse.VerificationError as error:
        raise SnapshotError(
            UNTRUSTED_MANIFEST, f"the manifest is not to be trusted: {error.message}", error.why
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotError(UNTRUSTED_MANIFEST, "the manifest lacks what belongs into it", str(error)) from error
    if [each.digest.get("sha256") for each in statement.subjects] != [manifest.sha256]:
        raise SnapshotError(UNTRUSTED_MANIFEST, "the manifest is about another file than it says")
    return manifest


def compare(manifest: Manifest, sha256: str, size: int) -> None:
    """Hold a file to its manifest.

    Raises:
        SnapshotError: It is another file.
    """
    if size != manifest.size:
        raise SnapshotError(NOT_THE_MANIFESTS, f"the file has {size} bytes, the manifest says {manifest.size}")
    if sha256 != manifest.sha256:
        note = f"{sha256}, not {manifest.sha256}"
        raise SnapshotError(NOT_THE_MANIFESTS, "the file's digest is not that of the manifest", note)


def _manifest(told: Mapping[str, Any]) -> Manifest:
    values = {each.name: told[each.name] for each in fields(Manifest) if each.name != "canary"}
    numbers = {"size", "index", "term"}
    if not all(isinstance(value, int if name in numbers else str) for name, value in values.items()):
        raise ValueError("a value is of another type")
    canary = told.get("canary")
    values["taken_at"] = dt.datetime.fromisoformat(values["taken_at"])
    if values["taken_at"].tzinfo is None:
        raise ValueError("the time has no zone")
    return Manifest(**values, canary=Canary(str(canary["path"]), str(canary["sha256"])) if canary else None)
