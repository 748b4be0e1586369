"""Keys in PEM files: ECDSA over P-256 and Ed25519, by the library `cryptography` (the extra `sign`)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sightline_core.atomic import write_bytes
from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    Private = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
    Public = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

PRIVATE_MODE = 0o600


class KeyKind(StrEnum):
    """The kinds of keys. P-256 is what KMS and cosign use, too."""

    P256 = "ecdsa-p256"
    ED25519 = "ed25519"


@dataclass(frozen=True, slots=True)
class FileVerifier:
    """A public key. Its `keyid` is the SHA-256 of its DER form, so that equal keys have one name."""

    key: Public
    keyid: str

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature holds; of P-256 both forms are read, DER and the two numbers side by side."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

        forms = [signature]
        if isinstance(self.key, ec.EllipticCurvePublicKey) and len(signature) == 64:
            halves = (int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
            forms.append(encode_dss_signature(*halves))
        for each in forms:
            try:
                if isinstance(self.key, ec.EllipticCurvePublicKey):
                    self.key.verify(each, message, ec.ECDSA(hashes.SHA256()))
                else:
                    self.key.verify(each, message)
            except InvalidSignature:
                continue
            return True
        return False


@dataclass(frozen=True, slots=True)
class FileSigner:
    """A private key; its `keyid` is that of its public key."""

    key: Private
    keyid: str

    def sign(self, message: bytes) -> bytes:
        """Sign a message: DER of P-256, 64 bytes of Ed25519."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(message, ec.ECDSA(hashes.SHA256()))
        return self.key.sign(message)

    def verifier(self) -> FileVerifier:
        """Return its public half."""
        return FileVerifier(self.key.public_key(), self.keyid)


def generate(path: Path, kind: KeyKind = KeyKind.P256, password: bytes | None = None) -> FileSigner:
    """Make a key: the private half into `path` (PKCS 8, for its owner alone), the public one beside it as `.pub`.

    Raises:
        SightlineError: a file of that name is there, the folder cannot be written, or the extra is not installed.
    """
    _installed()
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if path.exists():
        raise SightlineError("a key is not overwritten", where=str(path), help="name another file, or move this one")
    key: Private = ed25519.Ed25519PrivateKey.generate()
    if kind is KeyKind.P256:
        key = ec.generate_private_key(ec.SECP256R1())
    hidden = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    try:
        write_bytes(path, private, mode=PRIVATE_MODE)
        write_bytes(path.with_name(f"{path.name}.pub"), public)
    except OSError as error:
        raise SightlineError("a key cannot be written", where=str(path), why=str(error.strerror)) from error
    return FileSigner(key, _keyid(key.public_key()))


def load_signer(path: Path, password: bytes | None = None) -> FileSigner:
    """Read a private key from PEM.

    Raises:
        SightlineError: it is not there, others may read it, it is no such key, or the extra is not installed.
    """
    _installed()
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    content = _read(path)
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        why, hint = f"its mode is {mode:04o}", f"chmod 600 {path}, and ask who read it"
        raise SightlineError("others may read this private key", where=str(path), why=why, help=hint)
    try:
        key = serialization.load_pem_private_key(content, password)
    except (ValueError, TypeError) as error:
        why = str(error).partition("(")[0].strip()
        raise SightlineError("this is no private key that can be read", where=str(path), why=why) from error
    if isinstance(key, ed25519.Ed25519PrivateKey) or (
        isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)
    ):
        return FileSigner(key, _keyid(key.public_key()))
    raise _other_kind(path)


def load_verifier(path: Path) -> FileVerifier:
    """Read a public key from PEM.

    Raises:
        SightlineError: it is not there, it is no such key, or the extra is not installed.
    """
    _installed()
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    try:
        key = serialization.load_pem_public_key(_read(path))
    except ValueError as error:
        why = str(error).partition("(")[0].strip()
        raise SightlineError("this is no public key that can be read", where=str(path), why=why) from error
    if isinstance(key, ed25519.Ed25519PublicKey) or (
        isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    ):
        return FileVerifier(key, _keyid(key))
    raise _other_kind(path)


def _keyid(key: Public) -> str:
    from cryptography.hazmat.primitives import serialization

    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SightlineError("a key cannot be read", where=str(path), why=str(error.strerror)) from error


def _other_kind(path: Path) -> SightlineError:
    kinds = " or ".join(KeyKind)
    return SightlineError("this key is of another kind", where=str(path), help=f"use {kinds}")


def _installed() -> None:
    from importlib.util import find_spec

    if find_spec("cryptography") is None:
        raise SightlineError("keys in files cannot be used here", help="install sightline-core[sign]")
