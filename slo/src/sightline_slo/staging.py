"""Outputs that appear all at once, or not at all.

Texts are written beside their places as they are made, so that no run holds all of them, and are moved there when the
last one is made. A run that is killed leaves a hidden directory, which the next run takes away.
"""

from __future__ import annotations

import contextlib
import os
import shutil
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
        self._durable = durable
        self._moves: list[tuple[Path, Path]] = []

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
        shutil.rmtree(self._inside, ignore_errors=True)

    def add(self, target: Path, text: str) -> None:
        """Write a text that is to stand at `target`."""
        file = self._inside / str(len(self._moves))
        with file.open("wb") as handle:
            handle.write(text.encode())
            if self._durable:
                handle.flush()
                os.fsync(handle.fileno())
        self._moves.append((file, target))

    def move(self) -> None:
        """Put every text in its place; each file is the old one or the new one at any moment."""
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


def _lives(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
