"""Where scrubbed records go: standard output for the Agent, a file of JSON lines, or the vendor's intake of logs."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

MOST = 1000
"""Records in a request: https://docs.datadoghq.com/api/latest/logs/#send-logs"""
MOST_BYTES = 5_000_000


class Sink(Protocol):
    """Takes records; when `send` returns they are delivered."""

    def send(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Deliver.

        Raises:
            SightlineError: They are not delivered, or not all.
        """


class Lines:
    """Appends JSON lines to a file, or writes them to standard output."""

    def __init__(self, path: Path | None, write: Callable[[str], None]) -> None:
        self._path = path
        self._write = write

    def send(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Write, and have the disk hold it."""
        text = "".join(_text(each) + "\n" for each in records)
        if self._path is None:
            self._write(text)
            return
        try:
            with self._path.open("a+b") as file:
                file.write(_ended(file) + text.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise SightlineError(
                "scrubbed events cannot be written", where=str(self._path), why=str(error.strerror)
            ) from error


class Intake:
    """Posts to `URL/api/v2/logs`, many records at once; `post` sends one body and raises where it is not taken."""

    def __init__(self, post: Callable[[str, bytes], None]) -> None:
        self._post = post

    def send(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Post every part."""
        for part in _parts([_text(each) for each in records]):
            self._post("/api/v2/logs", f"[{','.join(part)}]".encode())


def _ended(file: BinaryIO) -> bytes:
    """Return the end of the line that a killed run left half written; its record comes again, whole."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        return b""
    file.seek(size - 1)
    return b"" if file.read(1) == b"\n" else b"\n"


def _parts(texts: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    size = 0
    for text in texts:
        if part and (len(part) == MOST or size + len(text) > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(text)
        size += len(text) + 1
    if part:
        yield part


def _text(record: Mapping[str, Any]) -> str:
    # ASCII, so that what a terminal or another encoding would make of it is the same.
    return json.dumps(record, separators=(",", ":"))
