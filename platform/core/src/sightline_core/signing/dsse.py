"""DSSE envelopes, version 1: a payload, what it is, and signatures over both.

https://github.com/secure-systems-lab/dsse/blob/master/protocol.md and `envelope.md`. What is signed is the encoding
`pae`, so that a payload of one type can never be passed off as one of another.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_core.errors import SightlineError
from sightline_core.signing.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_core.signing.signer import Signer, Verifier


class VerificationError(SightlineError):
    """An envelope that is not to be trusted: unreadable, of another type, changed, or signed by too few."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature; `keyid` is a hint and may be empty."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A signed payload. Nothing of it is trusted before `verify` returned it."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    def dump(self) -> bytes:
        """Return the envelope as JSON, the same bytes for equal envelopes."""
        signatures = [{"keyid": each.keyid, "sig": base64.b64encode(each.sig).decode()} for each in self.signatures]
        payload = base64.b64encode(self.payload).decode()
        return canonical({"payload": payload, "payloadType": self.payload_type, "signatures": signatures}) + b"\n"


@dataclass(frozen=True, slots=True)
class Verified:
    """A payload that enough keys signed, and which."""

    payload: bytes
    keyids: tuple[str, ...]


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the pre-authentication encoding, which is what signatures are over."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload_type: str, payload: bytes, signers: Sequence[Signer]) -> Envelope:
    """Sign a payload by every signer.

    Raises:
        ValueError: there is no signer, or no type.
        SightlineError: a key cannot be used.
    """
    if not signers or not payload_type:
        raise ValueError("an envelope wants a type and a signer")
    message = pae(payload_type, payload)
    return Envelope(payload_type, payload, tuple(Signature(each.keyid, each.sign(message)) for each in signers))


def load(content: bytes, where: str) -> Envelope:
    """Read an envelope from JSON; `where` names its origin in errors.

    Raises:
        VerificationError: this is no envelope.
    """
    value = strict_json(content, where)
    if not isinstance(value, dict):
        raise _unreadable(where, "it is no JSON object")
    kind, signatures = value.get("payloadType"), value.get("signatures")
    if not isinstance(kind, str) or not kind:
        raise _unreadable(where, "`payloadType` is no text")
    if not isinstance(signatures, list) or not signatures:
        raise _unreadable(where, "`signatures` is no list with something in it")
    read = []
    for index, each in enumerate(signatures):
        if not isinstance(each, dict) or not isinstance(each.get("keyid") or "", str):
            raise _unreadable(where, f"`signatures[{index}]` is no signature")
        read.append(Signature(each.get("keyid") or "", _base64(each.get("sig"), f"signatures[{index}].sig", where)))
    return Envelope(kind, _base64(value.get("payload"), "payload", where), tuple(read))


def verify(
    envelope: Envelope, verifiers: Sequence[Verifier], *, payload_type: str, threshold: int = 1, where: str = ""
) -> Verified:
    """Return the payload of an envelope that enough different keys signed.

    Args:
        envelope: what was read.
        verifiers: the keys that are trusted, all of them alike.
        payload_type: what the payload must be.
        threshold: how many different keys must have signed.
        where: the origin, for errors.

    Raises:
        VerificationError: the type is another, or fewer keys signed this very payload.
        ValueError: the threshold can never be met.
    """
    trusted = {each.keyid: each for each in verifiers}
    if not 1 <= threshold <= len(trusted):
        raise ValueError(f"{len(trusted)} keys cannot give {threshold} signatures")
    if envelope.payload_type != payload_type:
        raise VerificationError(
            f"a payload of type {envelope.payload_type} is not one of type {payload_type}",
            where=where,
            help="name the file that holds what is wanted",
        )
    message = pae(envelope.payload_type, envelope.payload)
    signed: dict[str, None] = {}
    broken: list[str] = []
    for each in envelope.signatures:
        # The key's name is a hint: a known one saves tries, an unknown one proves nothing.
        named = trusted.get(each.keyid)
        found = next((key for key in ([named] if named else trusted.values()) if key.verify(message, each.sig)), None)
        if found is not None:
            signed[found.keyid] = None
        elif named is not None:
            broken.append(each.keyid)
    if len(signed) < threshold:
        raise _untrusted(len(signed), threshold, broken, envelope, where)
    return Verified(envelope.payload, tuple(signed))


def _untrusted(count: int, threshold: int, broken: Sequence[str], envelope: Envelope, where: str) -> VerificationError:
    if broken:
        why = f"the signature of key {broken[0]} is not over this payload: one of the two was changed"
        hint = "do not use it; take it from its origin again"
    else:
        others = ", ".join(each.keyid or "without a name" for each in envelope.signatures)
        why, hint = f"it is signed by other keys ({others})", "name the public key of whoever signed it"
    return VerificationError(f"{count} of {threshold} signatures hold", where=where, why=why, help=hint)


def strict_json(content: bytes, where: str) -> Any:
    """Read JSON in which no key stands twice: of such, two readers could see two things.

    Raises:
        VerificationError: it is no JSON, or says something twice.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            raise _unreadable(where, "a key stands twice")
        return made

    try:
        return json.loads(content.decode(), object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise _unreadable(f"{where}:{error.lineno}:{error.colno}", error.msg) from error
    # A ValueError of its own kind is a number of more digits than Python converts.
    except (ValueError, RecursionError) as error:
        raise _unreadable(where, str(error)) from error


def _base64(text: Any, field: str, where: str) -> bytes:
    # The specification lets both alphabets through: a reader takes either.
    try:
        return base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, AttributeError, ValueError) as error:
        raise _unreadable(where, f"`{field}` is no base64") from error


def _unreadable(where: str, why: str) -> VerificationError:
    return VerificationError("this is no signed envelope", where=where, why=why, help="sign it anew")
