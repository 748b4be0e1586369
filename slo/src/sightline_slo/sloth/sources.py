"""Specs as bytes and documents."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sightline_slo.sloth.model import SlothCrashError, SlothError
from sightline_slo.sloth.odd import is_odd
from sightline_slo.sloth.specs import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_slo.sloth.model import Spec
    from sightline_slo.sloth.settings import Settings


def content_of(path: str) -> bytes:
    """Read a file.

    Raises:
        SlothError: it cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise SlothError(f"could not open SLOs spec file: open {path}: {(error.strerror or '').lower()}") from error


def is_directory(path: str) -> bool:
    """Whether a path is a directory.

    Raises:
        SlothError: nothing is there.
    """
    try:
        os.stat(path)  # noqa: PTH116 - an empty path is no current directory here
    except OSError as error:
        raise SlothError(f"stat {path}: {(error.strerror or '').lower()}") from error
    return os.path.isdir(path)  # noqa: PTH112 - as above


class Source:
    """One file of specs."""

    def __init__(self, path: str, content: bytes, odd: dict[str, str]) -> None:
        self.path = path
        self._odd = odd
        try:
            self.text: str | None = content.decode()
        except UnicodeDecodeError:
            self.text = None

    def documents(self) -> Iterator[str]:
        """Give each document; for bytes that are no text, one that no reader takes."""
        yield from split(self.text) if self.text is not None else [""]

    def load(self, document: str, settings: Settings) -> Spec:
        """Read a document, and note whether there is something to say of it.

        Raises:
            SlothError: Sloth refuses it.
            SlothCrashError: Sloth dies of it.
        """
        if self.text is None:
            raise SlothError("yaml: invalid leading UTF-8 octet")
        try:
            spec = settings.loader.load(document)
        except (SlothError, SlothCrashError):
            # A strict reader says what is wrong, and where.
            self._odd[self.path] = self.text
            raise
        if spec.odd or is_odd(spec, settings.catalogue):
            self._odd[self.path] = self.text
        return spec
