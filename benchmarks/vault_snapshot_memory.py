"""How much memory checking and storing a snapshot takes above the idle process.

Usage: vault_snapshot_memory.py [MEGABYTES]. The file is a whole snapshot, made here; it is read to its end with all
checks, its sealed sum opened, and sent to a stand-in of S3 in parts. Resident memory is by the kernel's count (VmHWM).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

LIMIT_MB = 64


def main(megabytes: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "large.snap"
        write(path, megabytes)
        print(f"a snapshot of {path.stat().st_size / 1e6:.0f} MB")
        for what in ("check", "store"):
            done = subprocess.run(
                [sys.executable, __file__, what, str(path)], check=True, capture_output=True, text=True
            )
            idle, peak, cpu = map(float, done.stdout.split())
            print(f"{what}: idle {idle:.0f} MB, peak {peak:.0f} MB, {peak - idle:.1f} MB above; {cpu:.1f} s of CPU")
            assert peak - idle <= LIMIT_MB


def write(path: Path, megabytes: int) -> None:
    """Write a whole snapshot without ever holding it; its content is stored, not compressed, to have its size."""
    from tests.vault.snapshots.files import FakeKms, members, seal, tarred

    block = hashlib.sha512(b"seed").digest() * 16384
    state, kms = hashlib.sha256(), FakeKms()
    for _ in range(megabytes):
        state.update(block)
    files = members(b"", kms)
    size = megabytes * len(block)
    meta = files["meta.json"].replace(b'"Size": 0', b'"Size": %d' % size)
    lines = b"%s  meta.json\n%s  state.bin\n" % (
        hashlib.sha256(meta).hexdigest().encode(),
        state.hexdigest().encode(),
    )
    head = tarfile.TarInfo("state.bin")
    head.size = size
    gz = zlib.compressobj(0, zlib.DEFLATED, 31)
    with path.open("wb") as file:
        file.write(gz.compress(tarred({"meta.json": meta})[:1024] + head.tobuf(tarfile.USTAR_FORMAT)))
        for _ in range(megabytes):
            file.write(gz.compress(block))
        file.write(gz.compress(tarred({"SHA256SUMS": lines, "SHA256SUMS.sealed": seal(lines, kms)})) + gz.flush())


def check(path: Path) -> None:
    from tests.vault.snapshots.files import FakeKms

    from sightline_vault.snapshots.checking import check as checking
    from sightline_vault.snapshots.checking import pieces_of

    assert checking(pieces_of(path), "here", kms=FakeKms()).ok


def store(path: Path) -> None:
    from sightline_vault.snapshots.s3 import S3Store

    class Client:
        """Takes parts and forgets them."""

        def create_multipart_upload(self, **_given: Any) -> dict[str, str]:
            return {"UploadId": "1"}

        def upload_part(self, **given: Any) -> dict[str, str]:
            return {"ETag": hashlib.md5(given["Body"], usedforsecurity=False).hexdigest()}

        def complete_multipart_upload(self, **_given: Any) -> None:
            return None

        def head_object(self, **_given: Any) -> dict[str, Any]:
            until = dt.datetime.now(dt.UTC)
            return {"ContentLength": 1, "ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}

    with path.open("rb") as file:
        S3Store("bucket", "eu-west-1", "alias/key", Client()).put("key", file, dt.datetime.now(dt.UTC))


def measured(what: str, path: Path) -> None:
    """Print the memory of this process idle, with all imported, and at its peak."""
    import boto3  # type: ignore[import-untyped]  # noqa: F401 - boto3 ships no types; it belongs to the idle process
    import cryptography.hazmat.primitives.ciphers.aead

    from sightline_vault.snapshots import aws, checking, s3, sealed  # noqa: F401 - part of the idle process

    del cryptography
    idle, began = memory("VmRSS"), time.process_time()
    {"check": check, "store": store}[what](path)
    print(idle, memory("VmHWM"), time.process_time() - began)


def memory(field: str) -> float:
    """Return a field of /proc/self/status in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1000
    raise KeyError(field)


if __name__ == "__main__":
    if sys.argv[1:2] and not sys.argv[1].isdigit():
        measured(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
