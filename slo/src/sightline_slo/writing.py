"""Writes what was compiled into a directory: whole or not at all, and what is stale goes.

A manifest beside the files says which of them are ours. It is written before and after: before, with the old and the
new names together, so that wherever a run is killed the next one still knows every file it may delete; after, with what
is there. Files that no manifest names are never touched.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sightline_core import atomic
from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MANIFEST = ".sightline-slo"
_NAME = re.compile(r"(corrections/)?[^/\0]+")


def write(directory: Path, backend: str, files: Mapping[str, str]) -> tuple[list[Path], list[Path]]:
    """Write files by their names, and delete what an earlier run of the same backend wrote and this one does not.

    Returns:
        What is there now, and what was deleted.

    Raises:
        SightlineError: something cannot be written; each file is then whole, the old one or the new one.
    """
    known = _read(directory)
    former = known.get(backend, [])
    others = {name for key, names in known.items() if key != backend for name in names}
    stale = sorted(set(former) - set(files) - others)
    place = directory
    try:
        _remember(directory, {**known, backend: sorted({*former, *files})})
        for name, text in files.items():
            place = directory / name
            atomic.write_text(place, text)
        for name in stale:
            place = directory / name
            place.unlink(missing_ok=True)
        place = directory
        _remember(directory, {**known, backend: sorted(files)})
        _sweep(directory, {*former, *files, MANIFEST})
    except OSError as error:
        raise SightlineError("a document cannot be written", where=str(place), why=str(error.strerror)) from error
    return [directory / name for name in files], [directory / name for name in stale]


def _sweep(directory: Path, names: set[str]) -> None:
    """Remove what killed runs left of atomic writes: `.<name>.<random>.tmp` beside the file."""
    for folder in {(directory / name).parent for name in names}:
        for each in folder.glob(".*.tmp") if folder.is_dir() else ():
            whole = folder / each.name[1:].removesuffix(".tmp").rpartition(".")[0]
            if str(whole.relative_to(directory)) in names:
                each.unlink(missing_ok=True)


def _remember(directory: Path, names: Mapping[str, Iterable[str]]) -> None:
    atomic.write_text(directory / MANIFEST, json.dumps({"version": 1, "files": names}, indent=1, sort_keys=True) + "\n")


def _read(directory: Path) -> dict[str, list[str]]:
    path = directory / MANIFEST
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        # A name that leads out of the directory would let a manifest delete anything.
        return {
            str(backend): [name for name in names if _NAME.fullmatch(name) and ".." not in name.split("/")]
            for backend, names in data["files"].items()
        }
    except FileNotFoundError:
        return {}
    except NotADirectoryError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        help_text = "delete it; files of earlier runs then stay until you delete them"
        raise SightlineError("a manifest cannot be read", where=str(path), why=str(error), help=help_text) from error
