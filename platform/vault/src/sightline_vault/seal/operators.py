"""Whether the operators' OpenPGP keys can hold recovery shares: what Vault encrypts to a bad one is lost for good.

Vault parses them by ProtonMail's go-crypto, the binary form in base64
(<https://developer.hashicorp.com/vault/docs/concepts/pgp-gpg-keybase>), and asks neither for expiry nor revocation.
"""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pysequoia
from pysequoia.packet import Packet, PacketPile, Tag

from sightline_core.diagnostics import Diagnostic, Severity, page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sightline_core.located import Located
    from sightline_vault.model.cluster import Operator

UNUSABLE = "VLT350"
SHARED = "VLT351"
EXAMPLE = "VLT352"

_EXAMPLE_DOMAINS = ("example", "example.com", "example.net", "example.org", "test", "invalid", "localhost")
"""RFC 2606 and RFC 6761: no mail reaches anybody there."""
_SOON = dt.timedelta(days=30)
_KEYS = (Tag.PublicKey, Tag.PublicSubkey)
_SECRETS = (Tag.SecretKey, Tag.SecretSubkey)


@dataclass(frozen=True, slots=True)
class Key:
    """An operator's key: its parts' fingerprints, and what Vault is sent."""

    operator: str
    fingerprint: str
    parts: frozenset[str]
    domains: frozenset[str]
    encoded: str


def read_key(operator: Operator, now: dt.datetime) -> Key | str:
    """Return the key, or why it cannot be used."""
    try:
        packets = [*PacketPile.from_bytes(operator.pgp_key.encode())]
        certs = pysequoia.Cert.split_bytes(operator.pgp_key.encode())
    except Exception as error:  # noqa: BLE001 - pysequoia raises the bare class
        return f"it is no OpenPGP key: {_first(error)}"
    if len(certs) != 1:
        return f"it holds {len(certs)} keys, one is wanted"
    (cert,) = certs
    if any(each.tag in _SECRETS for each in packets):
        return "it holds the secret key: that key is burnt, whoever read this file has it"
    parts = [each for each in packets if each.tag in _KEYS]
    return _refused(cert, parts, now) or Key(
        operator.name,
        cert.fingerprint,
        frozenset(filter(None, (each.fingerprint for each in parts))),
        frozenset(_domains(cert)),
        base64.b64encode(bytes(cert)).decode(),
    )


def _refused(cert: pysequoia.Cert, parts: Iterable[Packet], now: dt.datetime) -> str:
    if cert.is_revoked:
        return "it is revoked"
    if cert.expiration is not None and cert.expiration <= now:
        return f"it expired on {cert.expiration:%Y-%m-%d}"
    if any(_version(each) != 4 for each in parts):
        return "its version is not 4, and Vault reads no other"
    try:
        pysequoia.encrypt(b"x", recipients=[cert])
    except Exception as error:  # noqa: BLE001 - pysequoia raises the bare class
        return f"nothing can be encrypted to it: {_first(error)}"
    return ""


def read_keys(
    operators: Iterable[Operator], document: Located, now: dt.datetime, *, example: bool = False
) -> tuple[list[Key], list[Diagnostic]]:
    """Return the keys of all operators and what is wrong with them; `example` lets keys of nobody pass.

    A key that expires soon is a warning: the shares stay readable to who keeps the secret half.
    """
    keys: list[Key] = []
    findings: list[Diagnostic] = []
    holders: dict[str, str] = {}
    for index, operator in enumerate(operators):
        span = document.span_of(("operators", index, "pgp_key"))

        def say(code: str, message: str, help_text: str, severity: Severity = Severity.ERROR) -> None:
            findings.append(Diagnostic(code, severity, message, span, help=help_text, url=page(code)))  # noqa: B023 - said within the round

        key = read_key(operator, now)
        if isinstance(key, str):
            say(UNUSABLE, f"the key of {operator.name} cannot be used: {key}", "ask for a current public key")
            continue
        keys.append(key)
        ends = pysequoia.Cert.from_bytes(operator.pgp_key.encode()).expiration
        if ends is not None and ends <= now + _SOON:
            text = f"the key of {operator.name} expires on {ends:%Y-%m-%d}"
            say(UNUSABLE, text, "have it prolonged, or keep its secret half beyond that day", Severity.WARNING)
        twice = sorted({holders[each] for each in key.parts if each in holders})
        if twice:
            say(SHARED, f"{operator.name} and {twice[0]} have one key", "give each operator a key of their own")
        holders |= dict.fromkeys(key.parts, operator.name)
        nobody = sorted(each for each in key.domains if _is_example(each))
        if nobody and not example:
            say(EXAMPLE, f"the key of {operator.name} is of {nobody[0]}, where nobody is", "put a real operator's key")
    return keys, findings


def _domains(cert: pysequoia.Cert) -> Iterator[str]:
    for each in cert.user_ids:
        _, at, domain = str(each).rstrip("> ").rpartition("@")
        if at:
            yield domain.lower().rstrip(".")


def _is_example(domain: str) -> bool:
    return any(domain == each or domain.endswith(f".{each}") for each in _EXAMPLE_DOMAINS)


def _version(packet: Packet) -> int:
    return packet.body[0]


def _first(error: Exception) -> str:
    return " ".join(str(error).split("\n")[0].split())
