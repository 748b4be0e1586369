"""What Vault seals by AWS KMS, opened without Vault: a protobuf `BlobInfo`, AES-GCM under a key that KMS wrapped.

Form: `github.com.hashicorp.go.kms.wrapping.v2.types.proto` of <https://github.com/hashicorp/go-kms-wrapping> (fields 1
ciphertext, 2 iv, 5 key_info; of that 1 mechanism, 3 key_id, 5 wrapped_key) and its `wrappers/awskms`. OpenBao keeps
both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sightline_vault.snapshots.faults import SEALED_SUM, SnapshotError
from sightline_vault.snapshots.protobuf import fields
from sightline_vault.snapshots.structure import SEALED
from sightline_vault.snapshots.sums import read_sums

if TYPE_CHECKING:
    from sightline_vault.snapshots.structure import Whole

ENVELOPE = 1
"""`AwsKmsEnvelopeAesGcmEncrypt`."""


class RefusedByKmsError(Exception):
    """KMS does not open this: it is not its ciphertext, or not by that key."""


class Kms(Protocol):
    """Decrypts."""

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Return the plaintext.

        Raises:
            RefusedByKmsError: The ciphertext is none of a key that may be used here.
            SightlineError: KMS cannot be asked, or the key is disabled.
        """


@dataclass(frozen=True, slots=True)
class Blob:
    """A sealed value; `key` is the KMS key's ARN, as whoever sealed it wrote it, which proves nothing."""

    ciphertext: bytes
    iv: bytes
    key: str
    wrapped: bytes


def read_blob(content: bytes) -> Blob:
    """Read a sealed value.

    Raises:
        SnapshotError: It is none that AWS KMS sealed.
    """
    try:
        outer = dict(fields(content))
        inner = dict(fields(_bytes(outer, 5)))
        blob = Blob(_bytes(outer, 1), _bytes(outer, 2), _bytes(inner, 3).decode(), _bytes(inner, 5))
    except ValueError as error:
        raise _fault("the sealed sum is no value that a seal wrote", str(error)) from error
    if inner.get(1) != ENVELOPE:
        raise _fault("the sealed sum is not sealed by AWS KMS")
    return blob


def open_blob(blob: Blob, kms: Kms) -> bytes:
    """Return what was sealed.

    Raises:
        SnapshotError: It is not what KMS sealed, or was changed.
        SightlineError: KMS cannot be asked.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(kms.decrypt(blob.wrapped)).decrypt(blob.iv, blob.ciphertext, None)
    except RefusedByKmsError as error:
        raise _fault("KMS does not open the sealed sum", str(error)) from error
    except (InvalidTag, ValueError) as error:
        raise _fault("the sealed sum was changed after it was sealed", str(error)) from error


def check_sealed(whole: Whole, kms: Kms) -> str:
    """Compare the sealed sum with the plain one; return the ARN of the key that sealed it.

    Raises:
        SnapshotError: They differ, or it does not open.
        SightlineError: KMS cannot be asked.
    """
    blob = read_blob(whole.sealed)
    if dict(read_sums(open_blob(blob, kms), SEALED)) != dict(whole.sums):
        raise _fault(f"`{SEALED}` is of another snapshot than `{SEALED.removesuffix('.sealed')}`")
    return blob.key


def _bytes(values: dict[int, int | bytes], number: int) -> bytes:
    value = values.get(number)
    if not isinstance(value, bytes) or not value:
        raise ValueError(f"field {number} is missing")
    return value


def _fault(message: str, note: str = "") -> SnapshotError:
    return SnapshotError(SEALED_SUM, message, note)
