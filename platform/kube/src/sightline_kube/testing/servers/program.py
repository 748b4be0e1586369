"""Where the program of a server is: SIGHTLINE_<NAME>, or what `make tools` put into .tools/bin of the checkout."""

from __future__ import annotations

import os
from pathlib import Path

from sightline_core.errors import SightlineError

CHECKOUT = Path(__file__).resolve().parents[6]
"""The servers are for the project's own tests, which run in a checkout. PATH is not asked here but by `make tools`,
which links what it finds there only where the version fits."""


def variable(name: str) -> str:
    """Return the environment variable that names a program: `SIGHTLINE_KUBE_APISERVER`."""
    return f"SIGHTLINE_{name.upper().replace('-', '_')}"


def find(name: str) -> Path | None:
    """Return the program, or None where there is none."""
    named = os.environ.get(variable(name))
    if named:
        return Path(named)
    linked = CHECKOUT / ".tools" / "bin" / name
    return linked.resolve() if os.access(linked, os.X_OK) else None


def missing(*names: str) -> str:
    """Return why a test of these programs cannot run and what to do; empty where all are there."""
    absent = [name for name in names if find(name) is None]
    if not absent:
        return ""
    return f"no {', no '.join(absent)}: run `make tools` (with Go), or set {', '.join(map(variable, absent))}"


def need(name: str) -> str:
    """Return the program's path.

    Raises:
        SightlineError: It is not there.
    """
    found = find(name)
    if found is None:
        raise SightlineError(f"there is no {name}", help=missing(name).partition(": ")[2])
    return str(found)
