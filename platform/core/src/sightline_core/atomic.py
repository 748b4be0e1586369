"""Writes that either happen whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_bytes(path: Path, content: bytes, *, mode: int | None = None) -> bool:
    """Write `content` to `path` so that no reader, and no crash, ever sees half of it.

    Parent folders are made. A file that already holds `content` is left alone, its time stamp too.
    The mode of an existing file is kept, unless `mode` is given; the content is never there under a wider one.

    Returns:
        Whether the file changed.

    Raises:
        OSError: the folder or the file cannot be written; an old file is then still whole.
    """
    if path.is_file() and path.read_bytes() == content and mode in (None, path.stat().st_mode & 0o7777):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    if mode is None:
        mode = path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_umask()
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


def write_text(path: Path, text: str) -> bool:
    """Write `text` as UTF-8; see `write_bytes`."""
    return write_bytes(path, text.encode())


def _umask() -> int:
    # The umask can only be read by setting it.
    current = os.umask(0)
    os.umask(current)
    return current
