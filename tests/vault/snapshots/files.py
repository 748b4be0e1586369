"""Snapshots as Vault writes them, made without Vault, and a thousand ways to break them."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import tarfile
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sightline_vault.snapshots.sealed import RefusedByKmsError
from sightline_vault.snapshots.structure import MEMBERS, META, SEALED, STATE, SUMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

IV = bytes(12)
ARN = "arn:aws:kms:eu-west-1:123456789012:key/seal"


class FakeKms:
    """Wraps one data key; what another one wrapped it refuses, as KMS does."""

    def __init__(self, seed: int = 1) -> None:
        self.key = random.Random(seed).randbytes(32)
        self.wrapped = hashlib.sha256(self.key).digest()

    def decrypt(self, ciphertext: bytes) -> bytes:
        if ciphertext != self.wrapped:
            raise RefusedByKmsError("InvalidCiphertextException")
        return self.key


def field(number: int, value: bytes | int) -> bytes:
    """Return a field of a protobuf message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    """Return a number as protobuf writes it."""
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def seal(plain: bytes, kms: FakeKms, mechanism: int = 1) -> bytes:
    """Return a value as Vault's awskms seal writes it."""
    info = field(1, mechanism) + field(3, ARN.encode()) + field(5, kms.wrapped)
    return field(1, AESGCM(kms.key).encrypt(IV, plain, None)) + field(2, IV) + field(5, info)


def state(seed: int, entries: int = 20) -> bytes:
    """Return a state: entries of random content, each after its length."""
    made = random.Random(seed)
    messages = [field(1, b"logical/%d" % each) + field(2, made.randbytes(100)) for each in range(entries)]
    return b"".join(varint(len(each)) + each for each in messages)


def members(content: bytes, kms: FakeKms, index: int = 89) -> dict[str, bytes]:
    """Return the four files of a snapshot; the sealed sums come in another order, as Go's maps do."""
    servers = [{"Suffrage": 0, "ID": "vault-0", "Address": "127.0.0.1:8201"}]
    told = {"Version": 1, "ID": "bolt-snapshot", "Index": index, "Term": 3, "Configuration": {"Servers": servers}}
    meta = json.dumps({**told, "Size": len(content)}).encode() + b"\n"
    lines = sums({META: meta, STATE: content})
    return {META: meta, STATE: content, SUMS: b"".join(lines), SEALED: seal(b"".join(reversed(lines)), kms)}


def sums(files: Mapping[str, bytes]) -> list[bytes]:
    """Return the lines of SHA256SUMS."""
    return [f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode() for name, content in files.items()]


def packed(files: dict[str, bytes] | list[tuple[str, bytes]], kind: bytes = tarfile.REGTYPE) -> bytes:
    """Return them as a snapshot file; a list may name one twice."""
    return gzip.compress(tarred(files, kind), compresslevel=6, mtime=0)


def tarred(files: dict[str, bytes] | list[tuple[str, bytes]], kind: bytes = tarfile.REGTYPE) -> bytes:
    """Return them as a tar."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.type = len(content), 0o600, kind
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def unpacked(snapshot: bytes) -> dict[str, bytes]:
    """Return the files of a snapshot."""
    with tarfile.open(fileobj=io.BytesIO(snapshot)) as archive:
        return {each.name: archive.extractfile(each).read() for each in archive}  # type: ignore[union-attr]  # all are regular


def snapshot(seed: int = 1, kms: FakeKms | None = None, entries: int = 20) -> bytes:
    """Return a whole snapshot."""
    return packed(members(state(seed, entries), kms or FakeKms()))


def corruptions(whole: bytes, other: bytes, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield so many broken forms of a snapshot, each with its kind; `other` is a whole one of the same cluster."""
    made = random.Random(seed)
    ours, theirs = unpacked(whole), unpacked(other)
    kinds: dict[str, Callable[[], bytes]] = {
        "truncated": lambda: whole[: made.randrange(len(whole))],
        "bit flipped": lambda: _flipped(whole, made.randrange(len(whole)), made),
        "header bit flipped": lambda: _flipped(whole, made.randrange(10), made),
        "trailer bit flipped": lambda: _flipped(whole, len(whole) - 1 - made.randrange(8), made),
        "bytes lost within": lambda: _without(whole, made),
        "state swapped": lambda: packed({**ours, STATE: theirs[STATE]}),
        "state swapped, sums too": lambda: packed({**ours, **{each: theirs[each] for each in (META, STATE, SUMS)}}),
        "sealed sum swapped": lambda: packed({**ours, SEALED: theirs[SEALED]}),
        "sealed sum missing": lambda: packed({name: ours[name] for name in MEMBERS if name != SEALED}),
        "a file missing": lambda: packed([(name, ours[name]) for name in made.sample(MEMBERS, 3)]),
        "a file twice": lambda: packed([*ours.items(), (STATE, theirs[STATE])]),
        "concatenated": lambda: whole + made.choice([whole, other]),
        "garbage appended": lambda: whole + made.randbytes(made.randrange(1, 600)),
        "zeros appended": lambda: whole + bytes(made.randrange(1, 2000)),
        "hidden in the archive": lambda: gzip.compress(tarred(ours) + made.randbytes(512), mtime=0),
        "empty": lambda: b"",
    }
    names = list(kinds)
    for number in range(count):
        kind = names[number % len(names)]
        yield kind, kinds[kind]()


def _flipped(content: bytes, at: int, made: random.Random) -> bytes:
    return content[:at] + bytes([content[at] ^ 1 << made.randrange(8)]) + content[at + 1 :]


def _without(content: bytes, made: random.Random) -> bytes:
    at = made.randrange(10, len(content) - 10)
    return content[:at] + content[at + made.randrange(1, 9) :]
