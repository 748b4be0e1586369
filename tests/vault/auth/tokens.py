"""Tokens as an API server signs them, by whatever key and with whatever claims."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

if TYPE_CHECKING:
    from pathlib import Path


def key_of(pem: Path) -> rsa.RSAPrivateKey:
    """Return the key by which an API server signs."""
    key = serialization.load_pem_private_key(pem.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def another_key() -> rsa.RSAPrivateKey:
    """Return a key that no API server knows."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a token's head and claims."""
    head, claims = (json.loads(base64.urlsafe_b64decode(each + "==")) for each in token.split(".")[:2])
    return head, claims


def signed(token: str, key: rsa.RSAPrivateKey, **changes: Any) -> str:
    """Return a token with some claims changed, signed by a key."""
    head, claims = parts(token)
    text = f"{_plain(head)}.{_plain(claims | changes)}"
    return f"{text}.{_text(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _plain(value: dict[str, Any]) -> str:
    return _text(json.dumps(value).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
