"""The members of a tar, one after the other: <https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html>.

Python's `tarfile` skips what it does not understand and stops at the first block of zeros, so that data could hide.
Here, what Go's `archive/tar` writes is read, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_vault.snapshots.faults import not_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BLOCK = 512
_MAGIC = b"ustar\x0000"
_LONGEST_PAX = 4096
_LEAST_END = 2 * BLOCK


@dataclass(frozen=True, slots=True)
class Member:
    """A regular file in the archive."""

    name: str
    size: int


class Reader:
    """Takes exactly so many bytes from pieces, holding no more than one of them."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._source = filter(None, pieces)
        self._waiting = b""

    def exactly(self, count: int, what: str) -> bytes:
        """Return so many bytes.

        Raises:
            SnapshotError: There are fewer.
        """
        return b"".join(self.stream(count, what))

    def stream(self, count: int, what: str) -> Iterator[bytes]:
        """Yield so many bytes in pieces.

        Raises:
            SnapshotError: There are fewer.
        """
        while count:
            piece = self._waiting or next(self._source, b"")
            if not piece:
                raise not_whole(f"it ends within {what}")
            self._waiting, piece = piece[count:], piece[:count]
            count -= len(piece)
            yield piece

    def rest(self) -> Iterator[bytes]:
        """Yield what is left."""
        if self._waiting:
            yield self._waiting
            self._waiting = b""
        yield from self._source


def read_members(pieces: Iterable[bytes], take: Callable[[Member, Iterator[bytes]], None]) -> None:
    """Give each member and its content to `take`, which reads it to its end; then read the archive to its own.

    Raises:
        SnapshotError: It is no such archive, or something follows its end.
    """
    reader = Reader(pieces)
    while True:
        head = reader.exactly(BLOCK, "the head of a member")
        if not any(head):
            break
        member = _member(head, reader)
        take(member, reader.stream(member.size, f"`{member.name}`"))
        if any(reader.exactly(-member.size % BLOCK, f"`{member.name}`")):
            raise not_whole(f"something hides behind `{member.name}`")
    zeros = BLOCK
    for piece in reader.rest():
        if any(piece):
            raise not_whole("something hides behind the end of the archive")
        zeros += len(piece)
    if zeros < _LEAST_END:
        raise not_whole("the end of the archive is missing")


def _member(head: bytes, reader: Reader, size: int | None = None) -> Member:
    if head[257:265] != _MAGIC:
        raise not_whole("a member has no head of the tar format")
    # The sum is taken with its own field as spaces.
    if _octal(head[148:156]) != sum(head[:148]) + 8 * 0x20 + sum(head[156:]):
        raise not_whole("the head of a member has another sum")
    name = head[:100].rstrip(b"\0").decode("ascii", "backslashreplace")
    own = _octal(head[124:136])
    kind = head[156:157]
    if kind == b"x" and size is None:
        return _with_records(name, own, reader)
    if kind not in {b"0", b"\0"} or any(head[157:257]) or any(head[345:500]):
        raise not_whole(f"`{name}` is no regular file")
    return Member(name, own if size is None else size)


def _with_records(name: str, size: int, reader: Reader) -> Member:
    """Read the records that Go writes before a member of 8 GiB and more: its size, and nothing else."""
    if size > _LONGEST_PAX:
        raise not_whole(f"`{name}` holds too many records")
    records = reader.exactly(size, f"`{name}`")
    reader.exactly(-size % BLOCK, f"`{name}`")
    length, _, rest = records.partition(b" ")
    key, _, value = rest.removesuffix(b"\n").partition(b"=")
    if not length.isdigit() or int(length) != len(records) or key != b"size" or not value.isdigit():
        raise not_whole(f"`{name}` holds other records than a size")
    return _member(reader.exactly(BLOCK, "the head of a member"), reader, int(value))


def _octal(field: bytes) -> int:
    text = field.strip(b" \0")
    if not text or text.strip(b"01234567"):
        raise not_whole("the head of a member holds no number where one belongs")
    return int(text, 8)
