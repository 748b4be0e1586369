"""The one file of an initialisation: what was asked, and the recovery shares as Vault encrypted them. No secret in it.

{"version": …, "state": "asked" | "initialised" | "done", "cluster": …, "address": …, "at": …, "threshold": …,
 "shares": [{"operator", "fingerprint", "message"}…], "root": {"accessor", "state"} | {"operator", "message"}}
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from sightline_core import atomic
from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VERSION = "sightline/vault-initialisation/v1"
ASKED, INITIALISED, DONE = "asked", "initialised", "done"


@dataclass(frozen=True, slots=True)
class Share:
    """A recovery share as a PGP message in base64, and whose key opens it."""

    operator: str
    fingerprint: str
    message: str


@dataclass(frozen=True, slots=True)
class Record:
    """`root` is empty until something is known of the root token; the token itself is never in it."""

    cluster: str
    address: str
    at: str
    threshold: int
    state: str = ASKED
    shares: tuple[Share, ...] = ()
    root: Mapping[str, str] | None = None

    def text(self) -> str:
        """Return the file's text."""
        return json.dumps({"version": VERSION, **asdict(self)}, indent=2) + "\n"

    def with_root(self, **root: str) -> Record:
        """Return the record with what is known of the root token."""
        return replace(self, root=root)


def read(path: Path) -> Record | None:
    """Return what an earlier run left; None where it left nothing.

    Raises:
        SightlineError: Something else is there, or it cannot be read.
    """
    try:
        return _parsed(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SightlineError(
            "the file is no record of an initialisation",
            where=str(path),
            why=str(error),
            help="name another file by --to; this one is left as it is",
        ) from error


def _parsed(told: Any) -> Record:
    if told.pop("version") != VERSION:
        raise ValueError("another version")
    shares = tuple(Share(**each) for each in told.pop("shares"))
    return Record(**told, shares=shares)


def write(path: Path, record: Record) -> None:
    """Write it for its owner's eyes, whole or not at all, and so that a power cut after it takes nothing back.

    Raises:
        OSError: It cannot be written.
    """
    atomic.write_bytes(path, record.text().encode(), mode=0o600)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
