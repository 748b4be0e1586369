"""One process owns a directory: a lock file that names its holder."""

from __future__ import annotations

import fcntl
import os
import sys
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from pathlib import Path


class DirectoryLock:
    """An exclusive lock that ends with its process, however that ends."""

    def __init__(self, directory: Path) -> None:
        """Take the lock.

        Raises:
            SightlineError: another process (or this one) has it; `why` says which.
        """
        path = directory / "lock"
        self._file = path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "unknown"
            self._file.close()
            raise SightlineError(
                "the telemetry store is in use",
                where=str(directory),
                why=f"held by {holder}",
                help="stop that process, or choose another directory with --data",
            ) from error
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()} ({' '.join(sys.argv)[:200]})")
        self._file.flush()

    def release(self) -> None:
        """Give the lock back."""
        self._file.close()
