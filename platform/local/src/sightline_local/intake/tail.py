"""Following log files of JSON lines, with a position that survives.

How far a file is read is written in the same transaction as the records read from it: after any crash each line is in
the store exactly once. A file is known by its inode and its first bytes; a rotated file is read to its end before its
successor, a truncated one from its start. A last line without an end waits for it.
"""

from __future__ import annotations

import glob
import os
import threading
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from sightline_local.intake import logline
from sightline_local.store.columns import LogColumns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    from sightline_local.intake.counters import Counter
    from sightline_local.store import Store

_CHUNK = 1024 * 1024
_MARK = 256
PERIOD_S = 0.2


class _File:
    """An open file and how far it is read."""

    def __init__(self, handle: BinaryIO, position: int) -> None:
        self.handle = handle
        self.position = position
        status = os.fstat(handle.fileno())
        self.inode = (status.st_dev, status.st_ino)
        self.skipping = False

    def identity(self) -> str:
        length = min(self.position, _MARK)
        return f"{self.inode[0]}:{self.inode[1]}:{length}:{zlib.crc32(_head(self.handle, length))}"

    def matches(self, identity: str) -> bool:
        device, inode, length, mark = (int(part) for part in identity.split(":"))
        return (device, inode) == self.inode and zlib.crc32(_head(self.handle, length)) == mark


class Tail:
    """Follows the files that match, in a thread of its own once started."""

    def __init__(
        self, store: Store, globs: Sequence[str], counter: Counter, clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._globs = globs
        self._counter = counter
        self._clock = clock
        self._known = store.offsets()
        self._files: dict[str, _File] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.last_failure = ""

    def start(self) -> None:
        """Follow until `stop`."""
        self._thread = threading.Thread(target=self._run, name="tail", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Read what is there once more, end the thread, close the files."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)
        for file in self._files.values():
            file.handle.close()
        self._files.clear()

    def step(self) -> int:
        """Read what is new in every file; how many lines that were."""
        paths = {path for pattern in self._globs for path in glob.glob(pattern)}  # noqa: PTH207 - Path.glob takes no absolute pattern
        return sum(self._follow(path) for path in sorted(paths))

    def _run(self) -> None:
        while True:
            last = self._stopping.is_set()
            try:
                while self.step() and not last:
                    pass
            except OSError as error:
                self.last_failure = str(error)
            if last:
                return
            self._stopping.wait(PERIOD_S)

    def _follow(self, path: str) -> int:
        file = self._files.get(path)
        if file is None:
            opened = self._open(path)
            if opened is None:
                return 0
            file = self._files[path] = opened
        lines = self._read(path, file)
        if lines:
            return lines
        try:
            status = Path(path).stat()
        except FileNotFoundError:
            return 0
        if (status.st_dev, status.st_ino) != file.inode:
            # Only now: the renamed file is read to its end, and nobody writes to it any more.
            file.handle.close()
            del self._files[path]
            self._known.pop(path, None)
            return self._follow(path)
        if status.st_size < file.position:
            file.position = 0
            return self._read(path, file)
        return 0

    def _open(self, path: str) -> _File | None:
        try:
            handle = Path(path).open("rb")  # noqa: SIM115 - it stays open, or a rotation would lose its end
        except OSError:
            return None
        file = _File(handle, 0)
        known = self._known.get(path)
        if known is not None and file.matches(known[0]) and os.fstat(handle.fileno()).st_size >= known[1]:
            file.position = known[1]
        return file

    def _read(self, path: str, file: _File) -> int:
        data = os.pread(file.handle.fileno(), _CHUNK, file.position)
        end = data.rfind(b"\n") + 1
        if not end:
            if len(data) == _CHUNK:
                # A line longer than a megabyte is no log line; its parts are passed by until it ends.
                file.position += len(data)
                file.skipping = True
                self._counter.settle(0, taken=True, rejected=1)
                return 1
            return 0
        columns = LogColumns()
        now = int(self._clock() * 1e9)
        lines = data[: end - 1].split(b"\n")
        if file.skipping:
            del lines[0]
        for line in lines:
            if line.strip():
                logline.append(columns, _record(line), service=Path(path).stem, now_ns=now)
        before = file.position
        file.position += end
        if not self._store.offer_logs(columns, {path: (file.identity(), file.position)}):
            file.position = before  # not lost: the file still has it
            return 0
        file.skipping = False
        self._counter.settle(len(columns), taken=True)
        return len(lines) or 1


def _record(line: bytes) -> dict[str, object]:
    """Return a line as a record; what is no JSON object is a message (a traceback's line, a server's own)."""
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        found = None
    return found if isinstance(found, dict) else {"message": line.decode("utf-8", "replace").rstrip("\r")}


def _head(handle: BinaryIO, length: int) -> bytes:
    return os.pread(handle.fileno(), length, 0)
