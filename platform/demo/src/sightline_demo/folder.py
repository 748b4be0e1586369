"""The run's own folder: made new, never shared with another run, past or present."""

from __future__ import annotations

import itertools
from pathlib import Path

from sightline_core.errors import SightlineError

LOGS = "logs"


def claim(given: Path | None, stamp: str) -> Path:
    """Make the folder of a run and return its absolute path.

    Args:
        given: what the command line names; None = `.run/<stamp>`, or the next free name like it.
        stamp: the time, as part of a name.

    Raises:
        SightlineError: it cannot be made, or a run has used it: two would append to one queue and one book, and what
            the first sold would be counted for the second.
    """
    if given is not None:
        where = given.absolute()
        if not _take(where):
            raise SightlineError(
                "the folder belongs to another run",
                where=str(where),
                why="data of two runs in one folder could not be told apart",
                help="name another folder with --dir, or remove this one",
            )
        return where
    names = (stamp if number == 1 else f"{stamp}-{number}" for number in itertools.count(1))
    return next(where for where in ((Path(".run") / name).absolute() for name in names) if _take(where))


def _take(where: Path) -> bool:
    """Make the folder ours; False where it is somebody else's. Making its `logs` decides between two at once."""
    try:
        where.mkdir(parents=True, exist_ok=True)
        (where / LOGS).mkdir()
    except FileExistsError:
        if where.is_dir():
            return False
        raise _refused(where, "there is a file of this name") from None
    except OSError as error:
        raise _refused(where, str(error)) from error
    return True


def _refused(where: Path, why: str) -> SightlineError:
    help_ = "name a folder that can be made and written with --dir"
    return SightlineError("the run's folder cannot be made", where=str(where), why=why, help=help_)
