"""A certificate and its key: whether a server could serve them, and which certificate it serves now."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair: its leaf's SHA-256, when it ends, and why it cannot be served (empty where it can)."""

    fingerprint: str = ""
    ends: dt.datetime | None = None
    problem: str = ""


def read_pair(certificate: Path, key: Path) -> tuple[bytes, bytes]:
    """Read both out of one generation of a mounted Secret, whose `..data` the kubelet swaps under its readers.

    Raises:
        OSError: One is not there, such as while it is swapped.
    """
    folder = certificate.parent
    if key.parent == folder and (folder / "..data").is_symlink():
        held = folder / (folder / "..data").readlink()
        certificate, key = held / certificate.name, held / key.name
    return certificate.read_bytes(), key.read_bytes()


def judge(certificate: bytes, key: bytes, now: dt.datetime) -> Judged:
    """Judge a pair. Pure. The leaf is the first of the chain, as a server sends it."""
    try:
        leaf = x509.load_pem_x509_certificates(certificate)[0]
    except (ValueError, IndexError) as error:
        return Judged(problem=f"there is no certificate in the file: {error}")
    fingerprint, ends = leaf.fingerprint(hashes.SHA256()).hex(), leaf.not_valid_after_utc
    return Judged(fingerprint, ends, _problem(leaf, key, now))


def _problem(leaf: x509.Certificate, key: bytes, now: dt.datetime) -> str:
    try:
        private = serialization.load_pem_private_key(key, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        # The message may not show the key; cryptography's do not.
        return f"the key cannot be read: {type(error).__name__}"
    form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if private.public_key().public_bytes(*form) != leaf.public_key().public_bytes(*form):
        return "the key is of another certificate"
    if now >= leaf.not_valid_after_utc:
        return f"the certificate expired on {leaf.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
    if now < leaf.not_valid_before_utc:
        return f"the certificate is valid from {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC on"
    return ""


def served(host: str, port: int, timeout_s: float = 3.0) -> Judged | None:
    """Return what a listener serves now, None where it does not answer. It is looked at, not trusted."""
    try:
        leaf = x509.load_pem_x509_certificate(ssl.get_server_certificate((host, port), timeout=timeout_s).encode())
    except (OSError, ValueError):
        return None
    return Judged(leaf.fingerprint(hashes.SHA256()).hex(), leaf.not_valid_after_utc)
