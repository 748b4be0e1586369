"""in-toto statements, version 1: a claim (the predicate) about things that are named by their digests.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_core.signing import dsse
from sightline_core.signing.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_core.signing.signer import Signer, Verifier

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"

_HEX = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that a statement is about: its digests by algorithm, in small hexadecimal letters."""

    name: str
    digest: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim about some subjects."""

    subjects: tuple[Subject, ...]
    predicate_type: str
    predicate: Mapping[str, Any]

    def dump(self) -> bytes:
        """Return it as canonical JSON.

        Raises:
            ValueError: it has no subject, a subject has no digest, or the predicate is no JSON.
        """
        if not self.subjects or not self.predicate_type:
            raise ValueError("a statement wants a subject and a predicate type")
        for each in self.subjects:
            if not each.digest or not all(_HEX.fullmatch(value) for value in each.digest.values()):
                raise ValueError(f"the subject {each.name} has no digest in small hexadecimal letters")
        return canonical(
            {
                "_type": STATEMENT,
                "subject": [{"name": each.name, "digest": dict(each.digest)} for each in self.subjects],
                "predicateType": self.predicate_type,
                "predicate": dict(self.predicate),
            }
        )


def attest(statement: Statement, signers: Sequence[Signer]) -> dsse.Envelope:
    """Sign a statement.

    Raises:
        ValueError: see `Statement.dump`, or there is no signer.
        SightlineError: a key cannot be used.
    """
    return dsse.sign(PAYLOAD_TYPE, statement.dump(), signers)


def verified(
    content: bytes,
    verifiers: Sequence[Verifier],
    *,
    predicate_type: str,
    where: str,
    digest: str = "",
    threshold: int = 1,
) -> Statement:
    """Return the statement of a signed envelope, once everything about it was checked.

    Args:
        content: the envelope's JSON.
        verifiers: the keys that are trusted.
        predicate_type: what must be claimed: without it any signed claim would pass for any other.
        where: the origin, for errors.
        digest: the SHA-256 of the thing that the claim must be about, where there is one.
        threshold: how many different keys must have signed.

    Raises:
        VerificationError: the envelope is not to be trusted, or says something else.
    """
    envelope = dsse.load(content, where)
    trusted = dsse.verify(envelope, verifiers, payload_type=PAYLOAD_TYPE, threshold=threshold, where=where)
    statement = _statement(dsse.strict_json(trusted.payload, where), where)
    if statement.predicate_type != predicate_type:
        raise dsse.VerificationError(
            f"this claims {statement.predicate_type}, not {predicate_type}", where=where, help="name the right file"
        )
    if digest and digest not in {each.digest.get("sha256") for each in statement.subjects}:
        said = ", ".join(f"{each.name} {each.digest.get('sha256', '')[:12]}" for each in statement.subjects)
        raise dsse.VerificationError(
            "this claim is about something else", where=where, why=f"it speaks of {said}, not of {digest[:12]}"
        )
    return statement


def _statement(value: Any, where: str) -> Statement:
    problem = dsse.VerificationError("this is no in-toto statement", where=where, why=f"it is not of {STATEMENT}")
    if not isinstance(value, dict) or value.get("_type") != STATEMENT:
        raise problem
    subjects, kind, predicate = value.get("subject"), value.get("predicateType"), value.get("predicate", {})
    if not isinstance(subjects, list) or not isinstance(kind, str) or not isinstance(predicate, dict):
        raise problem
    read = []
    for each in subjects:
        digest = each.get("digest") if isinstance(each, dict) else None
        if not isinstance(digest, dict) or not digest or not all(isinstance(one, str) for one in digest.values()):
            raise problem
        read.append(Subject(str(each.get("name", "")), digest))
    return Statement(tuple(read), kind, predicate)
