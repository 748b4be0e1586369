"""Writes what was rendered into a folder: each file whole, and what an earlier run wrote and this did not goes.

A manifest beside the files says which are ours. It is written before them with the old names and the new, so that
wherever a run is killed the next still knows all it may delete, and after them with what is there. Files that no
manifest names are never touched, but for the unfinished ones that a killed run left beside its own. Two runs into one
folder follow each other.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sightline_core import atomic
from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
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
    place = folder / MANIFEST
    try:
        with _alone(folder):
            return _write(folder, files)
    except OSError as error:
        raise _failed("written", place, error) from error


def _write(folder: Path, files: Mapping[str, str]) -> Difference:
    done = compare(folder, files)
    place = folder / MANIFEST
    ours = {*_known(folder), *files}
    try:
        _remember(folder, ours)
        _sweep(folder, {MANIFEST, *ours})
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


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder itself, so that there is no lock's file to be left behind."""
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # A file system that knows no locks is written to all the same.
        with suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _sweep(folder: Path, names: Iterable[str]) -> None:
    """Delete what `atomic` had begun to write for some names when it was killed."""
    for name in names:
        place = folder / name
        unfinished = re.compile(rf"\.{re.escape(place.name)}\.\w{{8}}\.tmp")
        if place.parent.is_dir():
            for each in place.parent.iterdir():
                if unfinished.fullmatch(each.name):
                    each.unlink(missing_ok=True)


def _tidy(folder: Path, emptied: Path) -> None:
    while emptied != folder and not any(emptied.iterdir()):
        emptied.rmdir()
        emptied = emptied.parent


def _remember(folder: Path, names: Iterable[str]) -> None:
    atomic.write_text(folder / MANIFEST, json.dumps({"version": 1, "files": sorted(names)}, indent=1) + "\n")


def _known(folder: Path) -> list[str]:
    path = folder / MANIFEST
    try:
        names: Any = json.loads(path.read_text(encoding="utf-8"))["files"]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise _unknown(path, str(error)) from error
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise _unknown(path, "`files` is no list of names")
    # A name that leads out of the folder would let a manifest delete anything.
    return [name for name in names if name and not PurePosixPath(name).is_absolute() and ".." not in name.split("/")]


def _unknown(path: Path, why: str) -> SightlineError:
    help_text = "delete it; files of earlier runs then stay until you delete them"
    return SightlineError("a manifest cannot be read", where=str(path), why=why, help=help_text)


def _failed(what: str, place: Path, error: OSError) -> SightlineError:
    return SightlineError(f"a file cannot be {what}", where=str(place), why=str(error.strerror or error))
