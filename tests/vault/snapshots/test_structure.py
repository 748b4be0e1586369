"""A snapshot is read to its last byte, and what is none is called so."""

from __future__ import annotations

import gzip
import tarfile
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest

from sightline_vault.snapshots.checking import check
from sightline_vault.snapshots.faults import NOT_THE_MANIFESTS, NOT_WHOLE, SEALED_SUM
from sightline_vault.snapshots.structure import META, SEALED, STATE, SUMS, read
from sightline_vault.snapshots.tar_members import Member, read_members
from tests.vault.snapshots.files import (
    ARN,
    FakeKms,
    corruptions,
    field,
    members,
    packed,
    seal,
    snapshot,
    state,
    sums,
    tarred,
)
from tests.vault.snapshots.makes import manifest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

KMS = FakeKms()


@pytest.mark.parametrize("size", [1, 7, 511, 65536])
def test_a_whole_snapshot_is_whole_however_it_arrives(size: int) -> None:
    """Pieces of any size give the same: digest, index, term, servers, and the key that sealed."""
    whole = snapshot(kms=KMS)
    checked = check((whole[at : at + size] for at in range(0, len(whole), size)), "here", kms=KMS)
    assert checked.findings == ()
    assert checked.key == ARN
    assert checked.reading.whole is not None
    assert checked.reading.whole.meta.index == 89
    assert checked.reading.whole.meta.servers == ("vault-0",)
    assert checked.reading.size == len(whole)


def broken() -> Iterator[tuple[str, bytes, str, str]]:
    """Yield files, the code and the words that each is to get."""
    files = members(state(1), KMS)
    whole = packed(files)
    yield "empty", b"", NOT_WHOLE, "the file is empty"
    yield "text", b'{"errors": ["node is sealed"]}', NOT_WHOLE, "it does not begin like a snapshot"
    yield "cut", whole[:300], NOT_WHOLE, "it was cut off"
    yield "cut trailer", whole[:-3], NOT_WHOLE, "it was cut off"
    yield "appended", whole + b'{"errors":[]}', NOT_WHOLE, "something follows its end"
    yield "twice", whole + whole, NOT_WHOLE, "something follows its end"
    without = {name: content for name, content in files.items() if name != SEALED}
    yield "no sealed sum", packed(without), NOT_WHOLE, "it holds no `SHA256SUMS.sealed`"
    yield "a stranger", packed({**files, "x": b""}), NOT_WHOLE, "it holds `x`, which no snapshot does"
    yield "a member twice", packed([*files.items(), (META, b"{}")]), NOT_WHOLE, "`meta.json` stands in it twice"
    yield "a link", packed(files, tarfile.SYMTYPE), NOT_WHOLE, "is no regular file"
    yield "another state", packed({**files, STATE: state(2)}), NOT_WHOLE, "is not what `SHA256SUMS` says"
    yield "long sums", packed({**files, SUMS: bytes(9000)}), NOT_WHOLE, "is longer than 8192 bytes"
    yield "no tar", gzip.compress(b"x" * 2048), NOT_WHOLE, "no head of the tar format"
    hidden = gzip.compress(tarred(files) + b"x")
    yield "behind the archive", hidden, NOT_WHOLE, "something hides behind the end of the archive"
    whole_tar = tarred(files)
    padded = bytearray(whole_tar)
    padded[1023] = 1
    yield "in the padding", gzip.compress(bytes(padded)), NOT_WHOLE, "something hides behind `meta.json`"
    short = len(whole_tar.rstrip(b"\0")) + 512 & ~511
    yield "no end", gzip.compress(whole_tar[:short]), NOT_WHOLE, "it ends within the head of a member"
    numbers = b'{"Index": 1e999, "Term": 1, "Size": 1, "Configuration": {"Servers": []}}'
    for title, text in {"no meta": b"[]", "an abyss of a meta": b"[" * 8000, "no number": numbers}.items():
        meta = {META: text, STATE: files[STATE]}
        yield title, packed({**meta, SUMS: b"".join(sums(meta)), SEALED: b"x"}), NOT_WHOLE, "is none of Raft's"
    yield "no blob", packed({**files, SEALED: b"\x0a\xff"}), SEALED_SUM, "no value that a seal wrote"
    shamir = seal(files[SUMS], KMS, mechanism=0)
    yield "another seal", packed({**files, SEALED: shamir}), SEALED_SUM, "not sealed by AWS KMS"
    yield "another key", packed({**files, SEALED: seal(files[SUMS], FakeKms(2))}), SEALED_SUM, "KMS does not open"
    forged = members(state(2), KMS)[SEALED]
    yield "another's sealed sum", packed({**files, SEALED: forged}), SEALED_SUM, "is of another snapshot"
    flipped = seal(files[SUMS], KMS).replace(field(2, bytes(12)), field(2, b"x" * 12))
    yield "changed", packed({**files, SEALED: flipped}), SEALED_SUM, "changed after it was sealed"


@pytest.mark.parametrize(("content", "code", "words"), [pytest.param(*each[1:], id=each[0]) for each in broken()])
def test_what_is_broken_is_named(content: bytes, code: str, words: str) -> None:
    """One fault, one finding, in words that tell what happened."""
    checked = check(iter([content]), "here", kms=KMS)
    assert [each.code for each in checked.findings] == [code]
    assert words in checked.findings[0].message


def test_the_headers_bytes_that_no_sum_covers_are_covered_by_the_manifest() -> None:
    """Bytes 4 to 9 of the header change nothing that gzip checks; the digest of the manifest sees each."""
    whole = snapshot(kms=KMS)
    manifest = manifest_of(whole)
    for at in range(4, 10):
        changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        assert check(iter([changed]), "here", kms=KMS).ok
        assert [each.code for each in check(iter([changed]), "here", manifest, KMS).findings] == [NOT_THE_MANIFESTS]


def test_every_corruption_is_detected() -> None:
    """A lean sample of the 1,000 that a real server's snapshot is made into; most without the manifest's help."""
    whole, other = snapshot(kms=KMS), snapshot(2, KMS)
    manifest = manifest_of(whole)
    assert check(iter([whole]), "here", manifest, KMS).ok
    for kind, content in corruptions(whole, other, 160, seed=7):
        if content == whole:
            continue
        assert not check(iter([content]), "here", manifest, KMS).ok, kind
        if kind not in {"header bit flipped", "bit flipped", "state swapped, sums too"}:
            assert not check(iter([content]), "here", kms=KMS).ok, kind


def test_a_large_state_is_never_held() -> None:
    """Reading 48 MB takes less than 2 MB at its peak."""
    block = bytes(2**20)
    files = members(b"", KMS)
    head = tarfile.TarInfo(STATE)
    head.size = 48 * len(block)
    raw = zlib.compressobj(1, zlib.DEFLATED, 31)

    def pieces() -> Iterator[bytes]:
        yield raw.compress(tarred({META: files[META]})[:1024] + head.tobuf(tarfile.USTAR_FORMAT))
        for _ in range(48):
            yield raw.compress(block)
        yield raw.flush()

    tracemalloc.start()
    try:
        reading = read(pieces())
        assert tracemalloc.get_traced_memory()[1] < 2 * 2**20
    finally:
        tracemalloc.stop()
    assert reading.fault is not None
    assert "ends within the head of a member" in reading.fault.message


def test_a_state_of_8_gib_has_its_size_in_a_record_before_it() -> None:
    """Go's tar writes sizes that do not fit into eleven octal digits as a PAX record; other records are refused."""
    info = tarfile.TarInfo(STATE)
    info.size = 3
    for content, fine in ((b"10 size=3\n", True), (b"11 path=ab\n", False), (b"12 size=3\n", False)):
        pax = tarfile.TarInfo("PaxHeaders.0/state.bin")
        pax.size, pax.type = len(content), tarfile.XHDTYPE
        archive = pax.tobuf(tarfile.USTAR_FORMAT) + content.ljust(512, b"\0") + info.tobuf(tarfile.USTAR_FORMAT)
        seen: list[Member] = []

        def take(member: Member, pieces: Iterator[bytes], seen: list[Member] = seen) -> None:
            seen.append(member)
            assert b"".join(pieces) == b"abc"

        whole = archive + b"abc".ljust(512, b"\0") + bytes(1024)
        if fine:
            read_members([whole], take)
            assert seen == [Member(STATE, 3)]
        else:
            with pytest.raises(Exception, match="other records than a size"):
                read_members([whole], take)
