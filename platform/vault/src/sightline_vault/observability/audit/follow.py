"""Following an audit log over restarts and rotations: each line at least once, none twice but the last batch's.

How far it is read is kept in a file, written after a batch was delivered. A log is known by its inode and its first
bytes. One that was renamed is read to its end before its successor: Vault opens the new file after it closed the old,
so once there is a new one nobody writes to the old.
"""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sightline_core import atomic

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

CHUNK = 1 << 20
_LONGEST = 64 << 20
"""More than a request of Vault's may have (32 MiB), as JSON."""
_MARK = 256


@dataclass(frozen=True, slots=True)
class Position:
    """How far which file is read; `length` and `crc` are of its first bytes."""

    inode: int
    offset: int
    length: int
    crc: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines, and where their file is read to once they are delivered."""

    lines: tuple[bytes, ...]
    position: Position


class Follower:
    """Reads the log at `path`; `state` is where its position is kept."""

    def __init__(self, path: Path, state: Path) -> None:
        self._path = path
        self._state = state
        self._file: BinaryIO | None = None
        self._offset = self._before = 0
        self._done: set[tuple[int, int, int]] = set()
        self._resume()

    def read(self) -> Batch | None:
        """Return the next lines; None where there are none yet."""
        while self._file is not None or self._next():
            file = self._file
            assert file is not None  # noqa: S101 - `_next` opened it
            # Asked before reading: what is written in between belongs to the file that is read.
            last = self._rotated(file)
            batch = self._lines(file, last=last)
            if batch is not None or not last:
                return batch
            self._done.add(_identity(os.fstat(file.fileno())))
            file.close()
            self._file = None
        return None

    def delivered(self, batch: Batch) -> None:
        """Keep how far was read."""
        atomic.write_text(self._state, json.dumps(asdict(batch.position)) + "\n")

    def rewind(self) -> None:
        """Read the last batch again: it was not delivered."""
        if self._file is not None:
            self._offset = self._before

    def behind(self) -> int:
        """Return how many bytes wait to be read, in all files."""
        sizes = sum(each.stat().st_size for each in self._unread())
        return max(0, sizes - (self._offset if self._file else 0))

    def read_wholly(self) -> list[Path]:
        """Return the renamed files that are read to their end, the oldest first."""
        return [each for each in self._all() if each != self._path and _identity(each.stat()) in self._done]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _resume(self) -> None:
        try:
            kept = Position(**json.loads(self._state.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return
        for path in self._all():
            file = path.open("rb")
            status = os.fstat(file.fileno())
            if status.st_ino == kept.inode and _crc(file, kept.length) == kept.crc and status.st_size >= kept.offset:
                self._file, self._offset = file, kept.offset
                return
            file.close()
            # What is older than the file that was read is read already.
            if path != self._path:
                self._done.add(_identity(status))
        # The file is gone, and all that is there came after it.
        self._done.clear()

    def _next(self) -> bool:
        for path in self._unread():
            try:
                self._file, self._offset = path.open("rb"), 0
            except FileNotFoundError:
                continue
            return True
        return False

    def _rotated(self, file: BinaryIO) -> bool:
        """Tell whether another file stands where this one stood (not: whether none does, yet)."""
        try:
            return self._path.stat().st_ino != os.fstat(file.fileno()).st_ino
        except FileNotFoundError:
            return False

    def _lines(self, file: BinaryIO, *, last: bool) -> Batch | None:
        if os.fstat(file.fileno()).st_size < self._offset:
            self._offset = 0  # truncated in place
        data = os.pread(file.fileno(), CHUNK, self._offset)
        if len(data) == CHUNK and b"\n" not in data:
            data = os.pread(file.fileno(), _LONGEST, self._offset)
        end = data.rfind(b"\n") + 1
        if not end and (last or len(data) == _LONGEST):
            end = len(data)  # no end will come: the server died in the line, or it is none of its own
        if not end:
            return None
        self._before = self._offset
        self._offset += end
        lines = tuple(each for each in data[:end].split(b"\n") if each.strip())
        length = min(self._offset, _MARK)
        inode = os.fstat(file.fileno()).st_ino
        return Batch(lines, Position(inode, self._offset, length, _crc(file, length)))

    def _all(self) -> list[Path]:
        """Return the log and what it was renamed to, the oldest first."""
        found = [each for each in self._path.parent.glob(f"{self._path.name}*") if each.is_file()]
        renamed = [each for each in found if each not in {self._path, self._state}]
        renamed.sort(key=lambda each: (each.stat().st_mtime_ns, each.name))
        return [*renamed, *([self._path] if self._path in found else [])]

    def _unread(self) -> list[Path]:
        return [each for each in self._all() if _identity(each.stat()) not in self._done]


def _identity(status: os.stat_result) -> tuple[int, int, int]:
    """Return what tells a finished file from a new one that got its inode."""
    return status.st_ino, status.st_mtime_ns, status.st_size


def _crc(file: BinaryIO, length: int) -> int:
    return zlib.crc32(os.pread(file.fileno(), length, 0))
