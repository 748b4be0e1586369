"""One gzip member, read to its very end: <https://www.rfc-editor.org/rfc/rfc1952>.

Python's `gzip` joins members, ignores zeros after them, and does not look at bytes 4 to 9 of the header.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from sightline_vault.snapshots.faults import not_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEADER = bytes.fromhex("1f8b0800")
"""Deflate, and no name, comment or extra field: what Go writes. Its time, level and system are in the six bytes after,
which no sum of the member covers: the manifest's does."""
_HEADER_SIZE = 10
PIECE = 64 * 1024


def decompressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what a gzip member holds, at most `PIECE` bytes at once.

    Raises:
        SnapshotError: It is no such member, its end is missing, its sums are wrong, or something follows it.
    """
    # An empty piece is no end.
    source = filter(None, pieces)
    head = _at_least(b"", source, _HEADER_SIZE)
    if not head:
        raise not_whole("the file is empty")
    if head[: len(HEADER)] != HEADER or len(head) < _HEADER_SIZE:
        raise not_whole("it does not begin like a snapshot", f"its first bytes are {head[:_HEADER_SIZE].hex()}")
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    crc, size = 0, 0
    for out in _inflated(inflate, head[_HEADER_SIZE:], source):
        crc, size = zlib.crc32(out, crc), size + len(out)
        yield out
    trailer = _at_least(inflate.unused_data, source, 8)
    if len(trailer) < 8:
        raise not_whole("its last bytes are missing: it was cut off")
    if int.from_bytes(trailer[:4], "little") != crc or int.from_bytes(trailer[4:8], "little") != size % 2**32:
        raise not_whole("the sum or the size at its end is not that of its data")
    if len(trailer) > 8 or next(source, b""):
        raise not_whole("something follows its end", "another snapshot, or an error that the server wrote behind it")


def _inflated(inflate: zlib._Decompress, waiting: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    while not inflate.eof:
        waiting = waiting or next(source, b"")
        if not waiting:
            raise not_whole("it ends in the midst of its data: it was cut off")
        try:
            out = inflate.decompress(waiting, PIECE)
        except zlib.error as error:
            raise not_whole("its data cannot be decompressed", str(error)) from error
        waiting = inflate.unconsumed_tail
        if out:
            yield out


def _at_least(begun: bytes, source: Iterator[bytes], count: int) -> bytes:
    while len(begun) < count:
        piece = next(source, b"")
        if not piece:
            break
        begun += piece
    return begun
