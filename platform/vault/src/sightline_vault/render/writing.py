"""Writes what was rendered into a folder: each file whole, and what an earlier run wrote and this did not goes.

A manifest beside the files says which are ours. It is written before them with the old names and the new, so that
wherever a run is killed the next still knows all it may delete, and after them with what is there. Files that no
manifest names are never touched.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sightline_core import atomic
from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MANIFEST = ".sightline-vault"


@dataclass(frozen=True, slots=True)
class Difference:
    """How a folder differs from what would be written: paths that are changed, missing, or to be deleted."""

    changed: tuple[str, ...]
    missing: tuple[str, ...]
    stale: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether it does."""
        return bool(self.changed or self.missing or self.stale)


def compare(folder: Path, files: Mapping[str, str]) -> Difference:
    """Compare a folder with what would be written.

    Raises:
        SightlineError: It cannot be read.
    """
    changed, missing = [], []
    for name, text in files.items():
        try:
            if (folder / name).read_bytes() != text.encode():
                changed.append(name)
        except (FileNotFoundError, NotADirectoryError):
            missing.append(name)
        except OSError as error:
            raise _failed("read", folder / name, error) from error
    stale = sorted(name for name in set(_known(folder)) - set(files) if (folder / name).exists())
    return Difference(tuple(changed), tuple(missing), tuple(stale))


def write(folder: Path, files: Mapping[str, str]) -> Difference:
    """Make a folder hold the files; return what had to be done.

    Raises:
        SightlineError: Something cannot be written; each file is then whole, the old one or the new one.
    """
    done = compare(folder, files)
    place = folder / MANIFEST
    try:
        _remember(folder, {*_known(folder), *files})
        for name in (*done.changed, *done.missing):
            place = folder / name
            atomic.write_text(place, files[name])
        for name in done.stale:
            place = folder / name
            place.unlink(missing_ok=True)
            _tidy(folder, place.parent)
        place = folder / MANIFEST
        _remember(folder, files)
    except OSError as error:
        raise _failed("written", place, error) from error
    return done


def _tidy(folder: Path, emptied: Path) -> None:
    while emptied != folder and not any(emptied.iterdir()):
        emptied.rmdir()
        emptied = emptied.parent


def _remember(folder: Path, names: Iterable[str]) -> None:
    atomic.write_text(folder / MANIFEST, json.dumps({"version": 1, "files": sorted(names)}, indent=1) + "\n")


def _known(folder: Path) -> list[str]:
    path = folder / MANIFEST
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        names = [str(each) for each in data["files"]]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError, TypeError, KeyError) as error:
        help_text = "delete it; files of earlier runs then stay until you delete them"
        raise SightlineError("a manifest cannot be read", where=str(path), why=str(error), help=help_text) from error
    # A name that leads out of the folder would let a manifest delete anything.
    return [name for name in names if name and not PurePosixPath(name).is_absolute() and ".." not in name.split("/")]


def _failed(what: str, place: Path, error: OSError) -> SightlineError:
    return SightlineError(f"a file cannot be {what}", where=str(place), why=str(error.strerror or error))
