"""A Secret mounted into a pod, as the kubelet lays it out and swaps it.

https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/atomic_writer.go
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_generations = itertools.count(1)


def swap(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put another generation of the files in place at once, and delete the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"..2026_11_25_{next(_generations)}"
    (folder / name).mkdir()
    for each, content in files.items():
        (folder / name / each).write_bytes(content)
    before = (folder / "..data").resolve() if (folder / "..data").is_symlink() else None
    (folder / "..data_tmp").symlink_to(name)
    (folder / "..data_tmp").replace(folder / "..data")
    for each in files:
        if not (folder / each).is_symlink():
            (folder / each).symlink_to(f"..data/{each}")
    if before is not None:
        for old in before.iterdir():
            old.unlink()
        before.rmdir()
