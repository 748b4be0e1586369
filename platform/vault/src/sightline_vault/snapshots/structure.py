"""A Raft snapshot as a whole: a gzipped tar of four files, read to its last byte in constant memory.

The form is that of `archive.go` of <https://github.com/hashicorp/raft-snapshot> and of OpenBao's copy of it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_vault.snapshots.faults import SnapshotError, not_whole
from sightline_vault.snapshots.gzip_member import decompressed
from sightline_vault.snapshots.sums import read_sums
from sightline_vault.snapshots.tar_members import read_members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sightline_vault.snapshots.tar_members import Member

META = "meta.json"
STATE = "state.bin"
SUMS = "SHA256SUMS"
SEALED = "SHA256SUMS.sealed"
MEMBERS = (META, STATE, SUMS, SEALED)
SUMMED = (META, STATE)
_SMALL = 8192
"""What Vault itself reads of the small files at most."""


@dataclass(frozen=True, slots=True)
class Meta:
    """Raft's own description: the last entry that the state holds, and the servers' ids."""

    index: int
    term: int
    size: int
    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A snapshot that was read to its end: the whole file's digest and size, what its small files say."""

    sha256: str
    size: int
    meta: Meta
    sums: tuple[tuple[str, str], ...]
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading gave: the file's digest and size in any case, and either the snapshot or what is wrong with it."""

    sha256: str
    size: int
    whole: Whole | None
    fault: SnapshotError | None


class _Measured:
    """Passes pieces on, and sums them up; a second loop goes on where the first one left."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._source = iter(pieces)
        self._digest = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._source:
            self._digest.update(piece)
            self.size += len(piece)
            yield piece

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class _Files:
    """Keeps the small members, and the digest and size of each."""

    def __init__(self, state: Callable[[Iterator[bytes]], None] | None) -> None:
        self._state = state
        self.contents: dict[str, bytes] = {}
        self.digests: dict[str, str] = {}
        self.sizes: dict[str, int] = {}

    def take(self, member: Member, content: Iterator[bytes]) -> None:
        if member.name not in MEMBERS:
            raise not_whole(f"it holds `{member.name}`, which no snapshot does")
        if member.name in self.sizes:
            raise not_whole(f"`{member.name}` stands in it twice")
        if member.name != STATE and member.size > _SMALL:
            raise not_whole(f"`{member.name}` is longer than {_SMALL} bytes")
        self.sizes[member.name] = member.size
        summed = _Measured(content)
        if member.name != STATE:
            self.contents[member.name] = b"".join(summed)
        elif self._state is not None:
            self._state(iter(summed))
        for _ in summed:
            pass
        self.digests[member.name] = summed.sha256


def read(pieces: Iterable[bytes], state: Callable[[Iterator[bytes]], None] | None = None) -> Reading:
    """Read a snapshot to its end, and a file that is none to its end, too.

    Args:
        pieces: the file.
        state: takes the content of `state.bin` as it comes; it need not read to the end.
    """
    measured = _Measured(pieces)
    files = _Files(state)
    whole: Whole | None = None
    fault: SnapshotError | None = None
    try:
        read_members(decompressed(measured), files.take)
        meta, sums = _checked(files)
        whole = Whole(measured.sha256, measured.size, meta, tuple(sorted(sums.items())), files.contents[SEALED])
    except SnapshotError as error:
        fault = error
    for _ in measured:
        pass
    return Reading(measured.sha256, measured.size, whole, fault)


def _checked(files: _Files) -> tuple[Meta, dict[str, str]]:
    missing = [name for name in MEMBERS if name not in files.sizes]
    if missing:
        raise not_whole(f"it holds no {' and no '.join(f'`{each}`' for each in missing)}", _why_missing(missing))
    sums = dict(read_sums(files.contents[SUMS], SUMS))
    if sorted(sums) != sorted(SUMMED):
        raise not_whole(f"`{SUMS}` is not about {META} and {STATE}")
    for name, digest in sums.items():
        if files.digests[name] != digest:
            raise not_whole(f"`{name}` is not what `{SUMS}` says", f"{files.digests[name]}, not {digest}")
    meta = _meta(files.contents[META])
    if meta.size != files.sizes[STATE]:
        raise not_whole(f"`{STATE}` has {files.sizes[STATE]} bytes, not the {meta.size} of `{META}`")
    return meta, sums


def _why_missing(missing: list[str]) -> str:
    # https://github.com/hashicorp/vault/issues/12168 and 15258
    return "the server lost its lead, or was sealed, while it wrote" if SEALED in missing else ""


def _meta(content: bytes) -> Meta:
    try:
        told = json.loads(content)
        index, term, size = (int(told[each]) for each in ("Index", "Term", "Size"))
        servers = tuple(str(each["ID"]) for each in told["Configuration"]["Servers"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise not_whole(f"`{META}` is none of Raft's", str(error)) from error
    if min(index, term, size) < 1:
        raise not_whole(f"`{META}` is of a state that holds nothing")
    return Meta(index, term, size, servers)
