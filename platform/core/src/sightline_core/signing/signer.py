"""What signs and what verifies, whatever holds the key: a file here, a KMS or a Vault elsewhere."""

from __future__ import annotations

from typing import Protocol


class Signer(Protocol):
    """Holds a private key, or the way to one."""

    @property
    def keyid(self) -> str:
        """A name by which verifiers find the public key; a hint, never a proof."""

    def sign(self, message: bytes) -> bytes:
        """Return a signature of a message.

        Raises:
            SightlineError: the key cannot be used.
        """


class Verifier(Protocol):
    """Holds a public key."""

    @property
    def keyid(self) -> str:
        """The name of the key. Two verifiers of one name count as one."""

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's over that message."""
