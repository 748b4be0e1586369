"""Rotation of the audit log by who ships it: nothing is removed that was not delivered.

The log is renamed, and Vault told by SIGHUP to open a new one; what it writes in between lands in the renamed file.
https://developer.hashicorp.com/vault/docs/audit/file
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError
from sightline_vault.seal.processes import PROGRAMS, hang_up

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


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


def waiting(path: Path) -> bool:
    """Tell whether a log was renamed and the server has not opened a new one: it was not told, or did not hear."""
    return not path.exists() and any(path.parent.glob(f"{path.name}.*"))


def reopen(pids: Iterable[int]) -> None:
    """Have servers open their logs anew.

    Raises:
        SightlineError: There is none that listens: renamed logs would go on to grow.
    """
    if not [pid for pid in pids if hang_up(pid)]:
        raise SightlineError(
            "no server was found that could open a new audit log",
            why=f"no process of this machine or pod is called {' or '.join(PROGRAMS)}",
            help="share the process namespace with the server, or name it by --pid",
        )


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
