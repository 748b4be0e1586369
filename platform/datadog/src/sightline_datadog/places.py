"""Where the fields of a JSON text stand: looked for only when something is to be said of one.

A thousand documents are read in a tenth of a second by the standard library, which keeps no places; almost all of them
are right. The text is known to be valid when this reads it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Protocol

from sightline_core.diagnostics import Span

if TYPE_CHECKING:
    from sightline_core.located import Path

Reach = tuple[int, int]


class Places(Protocol):
    """Knows where the value of a path stands, and its key; a path that is not there means what encloses it."""

    def span_of(self, path: Path) -> Span:
        """Return the place of a value."""

    def key_span(self, path: Path) -> Span:
        """Return the place of the key that a path ends in."""

    def inside(self, path: Path, start: int, end: int) -> Span:
        """Return the place of some characters of a text."""


_SPACE = re.compile(r"\s*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_PLAIN = re.compile(r"[^\s,\]}]+")
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)


class JsonPlaces:
    """The places of one JSON text."""

    def __init__(self, text: str, file: str) -> None:
        self._text, self._file = text, file
        self._values: dict[Path, Reach] = {}
        self._keys: dict[Path, Reach] = {}
        self._starts: list[int] = []

    def span_of(self, path: Path) -> Span:
        """Return the place of the value at `path`, or of the nearest value that encloses it."""
        self._look()
        while path and path not in self._values:
            path = path[:-1]
        return self._span(*self._values[path])

    def key_span(self, path: Path) -> Span:
        """Return the place of the key that `path` ends in; that of the value where it is no key."""
        self._look()
        return self._span(*self._keys[path]) if path in self._keys else self.span_of(path)

    def inside(self, path: Path, start: int, end: int) -> Span:
        """Return the place of characters `start` to `end` of the text at `path`, counted behind its escapes."""
        self._look()
        begin, stop = self._values.get(path, (0, 0))
        if not self._text.startswith('"', begin) or stop <= begin:
            return self.span_of(path)
        raw = self._text[begin + 1 : stop - 1]
        if "\\" not in raw:
            return self._span(begin + 1 + start, begin + 1 + max(end, start + 1))
        # Each match is one character of the text that the string means.
        marks = [found.start() for found in _ESCAPE.finditer(raw)] + [len(raw)]
        first, last = min(start, len(marks) - 1), min(max(end, start + 1), len(marks) - 1)
        return self._span(begin + 1 + marks[first], begin + 1 + marks[last])

    def _look(self) -> None:
        if not self._values:
            self._starts = [0, *(found.end() for found in re.finditer("\n", self._text))]
            self._value(self._skip(0), ())

    def _span(self, start: int, end: int) -> Span:
        (line, column), (end_line, end_column) = self._at(start), self._at(end)
        return Span(self._file, line, column, end_line, end_column)

    def _at(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def _value(self, start: int, path: Path) -> int:
        first = self._text[start]
        if first == '"':
            end = self._past(_STRING, start)
        elif first in "{[":
            end = self._inner(start, path, mapping=first == "{")
        else:
            end = self._past(_PLAIN, start)
        self._values[path] = (start, end)
        return end

    def _inner(self, start: int, path: Path, *, mapping: bool) -> int:
        at, index, close = self._skip(start + 1), 0, "}" if mapping else "]"
        while self._text[at] != close:
            here: Path = (*path, index)
            if mapping:
                end = self._past(_STRING, at)
                here = (*path, str(json.loads(self._text[at:end])))
                self._keys[here] = (at, end)
                at = self._skip(self._skip(end) + 1)
            at = self._skip(self._value(at, here))
            at = self._skip(at + 1) if self._text[at] == "," else at
            index += 1
        return at + 1

    def _skip(self, at: int) -> int:
        return self._past(_SPACE, at)

    def _past(self, pattern: re.Pattern[str], at: int) -> int:
        found = pattern.match(self._text, at)
        return found.end() if found else at


class Within:
    """The places of a value inside another, such as the attributes inside an envelope."""

    def __init__(self, places: Places, prefix: Path) -> None:
        self._places, self._prefix = places, prefix

    def span_of(self, path: Path) -> Span:
        """Return the place of a value."""
        return self._places.span_of((*self._prefix, *path))

    def key_span(self, path: Path) -> Span:
        """Return the place of the key that a path ends in."""
        return self._places.key_span((*self._prefix, *path))

    def inside(self, path: Path, start: int, end: int) -> Span:
        """Return the place of some characters of a text."""
        return self._places.inside((*self._prefix, *path), start, end)
