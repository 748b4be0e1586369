"""Outputs that appear all at once, or not at all.

Texts are written beside their places as they are made, so that no run holds all of them, and are moved there when the
last one is made. A run that is killed leaves a hidden directory, which the next run takes away.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from queue import Queue
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_PREFIX = ".sightline-slo-"


class Staging:
    """A directory inside of another one, for texts that are to stand there.

    Args:
        directory: where it is made; it must be there.
        durable: whether a text must outlive a loss of power, too; it then waits for the disk.
    """

    def __init__(self, directory: Path, *, durable: bool = False) -> None:
        self._directory = directory
        self._inside = directory / f"{_PREFIX}{os.getpid()}"
        self._moves: list[tuple[Path, Path]] = []
        self._disk = _Disk() if durable else None

    def __enter__(self) -> Self:
        """Make the hidden directory, and take away those of runs that were killed."""
        for left in self._directory.glob(f"{_PREFIX}*"):
            if left.is_dir() and not _lives(left.name.removeprefix(_PREFIX)):
                shutil.rmtree(left, ignore_errors=True)
        # A run that was killed may have had this very number.
        shutil.rmtree(self._inside, ignore_errors=True)
        self._inside.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take away what was not moved."""
        if self._disk is not None:
            with contextlib.suppress(OSError):
                self._disk.wait()
        shutil.rmtree(self._inside, ignore_errors=True)

    def add(self, target: Path, text: str) -> None:
        """Write a text that is to stand at `target`."""
        file = self._inside / str(len(self._moves))
        with file.open("wb") as handle:
            handle.write(text.encode())
            if self._disk is not None:
                handle.flush()
                self._disk.keep(os.dup(handle.fileno()))
        self._moves.append((file, target))

    def move(self) -> None:
        """Put every text in its place; each file is the old one or the new one at any moment.

        Raises:
            OSError: the disk did not take a text; nothing was moved then.
        """
        if self._disk is not None:
            self._disk.wait()
        made: set[Path] = set()
        for file, target in self._moves:
            if target.parent not in made:
                target.parent.mkdir(parents=True, exist_ok=True)
                made.add(target.parent)
            with contextlib.suppress(FileNotFoundError):
                # A file keeps the permissions it had.
                file.chmod(target.stat().st_mode & 0o777)
            file.replace(target)
        self._moves.clear()


class _Disk:
    """Waits for the disk in a thread of its own, while the next text is made: as long as writing takes."""

    def __init__(self) -> None:
        # Few files are open at any moment.
        self._open: Queue[int | None] = Queue(maxsize=32)
        self._fault: OSError | None = None
        self._thread: threading.Thread | None = None

    def keep(self, descriptor: int) -> None:
        """Have a file reach the disk, and close it."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        self._open.put(descriptor)

    def wait(self) -> None:
        """Wait for all of them.

        Raises:
            OSError: the disk did not take one.
        """
        if self._thread is not None:
            self._open.put(None)
            self._thread.join()
            self._thread = None
        if self._fault is not None:
            raise self._fault

    def _run(self) -> None:
        while (descriptor := self._open.get()) is not None:
            try:
                os.fsync(descriptor)
            except OSError as error:
                self._fault = self._fault or error
            finally:
                os.close(descriptor)


def _lives(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
