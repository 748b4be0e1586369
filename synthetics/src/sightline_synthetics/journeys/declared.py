"""Finds the journeys that files declare."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError
from sightline_synthetics.journeys.model import Journey

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "SIGHTLINE_JOURNEYS"


def folder(environ: Mapping[str, str], given: Path | None = None) -> Path:
    """Return where the declarations are: as given, else SIGHTLINE_JOURNEYS, else this checkout's."""
    if given is not None:
        return given
    if environ.get(VARIABLE):
        return Path(environ[VARIABLE])
    here = Path.cwd() / "synthetics" / "journeys"
    # A command run from elsewhere still finds the checkout it is installed from (editable installs).
    return here if here.is_dir() else Path(__file__).parents[3] / "journeys"


def load(where: Path) -> dict[str, Journey]:
    """Return the journeys declared by the Python files in `where`, by name.

    Raises:
        SightlineError: the folder is missing, a file does not import, or a name is declared twice.
    """
    if not where.is_dir():
        raise SightlineError(
            "there is no such folder of journeys",
            where=str(where),
            help=f"run from the checkout, or set {VARIABLE} or --dir",
        )
    found: dict[str, Journey] = {}
    for path in sorted(where.glob("*.py")):
        for item in _declared(path):
            if item.name in found:
                raise SightlineError(f"the journey `{item.name}` is declared twice", where=os.fspath(path))
            found[item.name] = item
    return found


def _declared(path: Path) -> list[Journey]:
    spec = importlib.util.spec_from_file_location(f"sightline_journey_{path.stem}", path)
    if spec is None or spec.loader is None:
        return []
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise SightlineError(
            "a journey's file does not import", where=str(path), why=f"{type(error).__name__}: {error}"
        ) from error
    return [value for value in vars(module).values() if isinstance(value, Journey)]
