"""Files without a name: whatever kills the process, nothing is left of them; they get a name once they are whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from pathlib import Path

_MODE = 0o600


def nameless(folder: Path) -> BinaryIO:
    """Open a file in a folder for its owner alone; see open(2), O_TMPFILE.

    `tempfile.TemporaryFile` opens with O_EXCL, and such a file can never be given a name.

    Raises:
        OSError: The folder cannot be written, or its file system knows no such files.
    """
    return cast("BinaryIO", os.fdopen(os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, _MODE), "w+b"))


def name(file: BinaryIO, path: Path) -> None:
    """Give it a name, at once and whole.

    Raises:
        FileExistsError: There is a file of that name, which stays.
        OSError: The folder is on another file system, or cannot be written.
    """
    file.flush()
    # By the folder's descriptor: without one, Python calls link(2), which does not follow what the kernel shows here.
    descriptors = os.open("/proc/self/fd", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.link(str(file.fileno()), path, src_dir_fd=descriptors, follow_symlinks=True)
    finally:
        os.close(descriptors)
