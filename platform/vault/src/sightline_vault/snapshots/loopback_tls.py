"""A certificate for a server that only this process speaks to, for as long as it lives."""

from __future__ import annotations

import datetime as dt
import ipaddress
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sightline_core.atomic import write_bytes

if TYPE_CHECKING:
    from pathlib import Path

LIVES = dt.timedelta(days=1)


def write_certificate(folder: Path, now: dt.datetime) -> tuple[Path, Path]:
    """Write `tls.crt`, which is its own authority, and `tls.key`; return both.

    Raises:
        OSError: The folder cannot be written.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "throw-away server")])
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + LIVES)
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    write_bytes(folder / "tls.key", pem, mode=0o600)
    write_bytes(folder / "tls.crt", certificate.public_bytes(serialization.Encoding.PEM))
    return folder / "tls.crt", folder / "tls.key"
