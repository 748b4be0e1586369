"""Writes what was compiled into a directory: whole or not at all, and what is stale goes.

The files are made and written one by one into a hidden directory, and moved when the last one is there. A manifest
beside them says which of them are ours. It is written before and after the moving: before, with the old and the new
names together, so that wherever a run is killed the next one still knows every file it may delete; after, with what is
there. Files that no manifest names are never touched.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sightline_core import atomic
from sightline_core.errors import SightlineError
from sightline_slo.staging import Staging

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MANIFEST = ".sightline-slo"
_NAME = re.compile(r"(corrections/)?[^/\0]+")


def write(directory: Path, backend: str, files: Iterable[tuple[str, str]]) -> tuple[list[Path], list[Path]]:
    """Write files, each a name and a text, and delete what an earlier run of the same backend wrote and this did not.

    Returns:
        What is there now, and what was deleted.

    Raises:
        SightlineError: something cannot be written; each file is then whole, the old one or the new one.
    """
    known = _read(directory)
    former = known.get(backend, [])
    others = {name for key, names in known.items() if key != backend for name in names}
    there: list[str] = []
    place = directory
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with Staging(directory, durable=True) as staging:
            for name, text in files:
                place = directory / name
                there.append(name)
                if not _holds(place, text):
                    staging.add(place, text)
            place = directory
            _remember(directory, {**known, backend: sorted({*former, *there})})
            staging.move()
        stale = sorted(set(former) - set(there) - others)
        for name in stale:
            place = directory / name
            place.unlink(missing_ok=True)
        place = directory
        _remember(directory, {**known, backend: sorted(there)})
        for each in directory.glob(f".{MANIFEST}.*.tmp"):
            each.unlink(missing_ok=True)
    except OSError as error:
        raise SightlineError("a document cannot be written", where=str(place), why=str(error.strerror)) from error
    return [directory / name for name in there], [directory / name for name in stale]


def _holds(path: Path, text: str) -> bool:
    """Whether a file has the text already: it is then left alone, its time stamp too."""
    try:
        return path.read_bytes() == text.encode()
    except FileNotFoundError:
        return False


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
