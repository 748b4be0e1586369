"""Rotation of the audit log by who ships it: nothing is removed that was not delivered.

The log is renamed, and Vault told by SIGHUP to open a new one; what it writes in between lands in the renamed file.
https://developer.hashicorp.com/vault/docs/audit/file
"""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SERVERS = ("vault", "bao")


def rotated(path: Path, most: int, stamp: str) -> Path | None:
    """Rename a log that is larger than `most` bytes; return the new name. The server has to be told."""
    try:
        if path.stat().st_size <= most:
            return None
    except FileNotFoundError:
        return None
    aside = path.with_name(f"{path.name}.{stamp}")
    path.rename(aside)
    return aside


def reopen(pids: Iterable[int]) -> None:
    """Have servers open their logs anew.

    Raises:
        SightlineError: There is none: renamed logs would go on to grow.
    """
    told = 0
    for pid in pids:
        os.kill(pid, signal.SIGHUP)
        told += 1
    if not told:
        raise SightlineError(
            "no server was found that could open a new audit log",
            why=f"no process of this machine or pod is called {' or '.join(SERVERS)}",
            help="share the process namespace with the server, or name it by --pid",
        )


def servers(proc: Path = Path("/proc")) -> Iterator[int]:
    """Yield the processes that are a `vault server` or `bao server`, of this pod where its namespace is shared."""
    for folder in proc.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if len(words) > 1 and Path(os.fsdecode(words[0])).name in SERVERS and words[1] == b"server":
            yield int(folder.name)


def prune(delivered: Iterable[Path], keep: int) -> list[Path]:
    """Remove all but the newest `keep` of the delivered logs; return what was removed."""
    found = [*delivered]
    gone = found[: max(0, len(found) - keep)]
    for each in gone:
        each.unlink(missing_ok=True)
    return gone


def used_percent(path: Path) -> float:
    """Return how full the volume is that a path lies on."""
    volume = shutil.disk_usage(path if path.exists() else path.parent)
    return 100 * volume.used / volume.total
