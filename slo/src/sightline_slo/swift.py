"""Specs read without a YAML parser, where they are written as most are: block mappings and lists of one-line values.

What comes of it is what `load_all` would give, places included, at a third of its cost; whatever is not known for
certain goes to `load_all`. A test holds both to the same values and the same places.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Span
from sightline_core.located import Located, load_all

if TYPE_CHECKING:
    from sightline_core.diagnostics import Diagnostic
    from sightline_core.located import Path

_FOREIGN = re.compile("[^\n -~]|^(?:---|\\.\\.\\.|%)", re.MULTILINE)
_LINE = re.compile(r"( *)(- +)?([A-Za-z_][A-Za-z0-9_./-]*):(?:( +)(.*?))? *")
_BLANK = re.compile(r" *(?:#.*)?")
_QUOTED = re.compile(r"(\"[^\"\\]*\"|'[^']*')(?: +#.*)?")
_WORD = re.compile(r"[A-Za-z(/_].*")
_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(\.[0-9]+)?")
_WORDS = frozenset({"yes", "no", "true", "false", "on", "off", "null"})
_NESTED: Any = object()

_Place = tuple[int, int, int, int]
_Token = tuple[int, int, str, Any, int, int, "str | None"]
"""Indent, width of the dash, key, value, line, column of the value, style."""


class _GiveUpError(Exception):
    """Something that only a parser knows for certain."""


class Swift(Located):
    """A document whose places are made when they are asked for."""

    __slots__ = ()

    def span_of(self, path: Path) -> Span:
        """Return the place of the value at `path`, or of the nearest value that encloses it."""
        places: Any = self._values
        while path and path not in places:
            path = path[:-1]
        return self._span(places.get(path))

    def key_span(self, path: Path) -> Span:
        """Return the place of the key that `path` ends in; that of the value where it is no key."""
        places: Any = self._keys
        return self._span(places[path]) if path in places else self.span_of(path)

    def _span(self, place: _Place | None) -> Span:
        return self.span if place is None else Span(self.span.file, *place)


def load(text: str, file: str) -> tuple[list[Located], list[Diagnostic]]:
    """Read every document of a text, as `load_all` does."""
    if _FOREIGN.search(text) is None:
        try:
            return [_Builder(text, file).document()], []
        except _GiveUpError:
            pass
    return load_all(text, file)


class _Builder:
    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._lines = text.split("\n")
        # Where the parser stands when nothing is left: it ends a last line that its author did not.
        self._end = (len(self._lines) + (self._lines[-1] != ""), 1)
        self._tokens = list(self._read())
        self._values: dict[Path, Any] = {}
        self._keys: dict[Path, Any] = {}
        self._scalars: dict[Path, str | None] = {}

    def document(self) -> Located:
        if not self._tokens or self._tokens[0][0] or self._tokens[0][1]:
            raise _GiveUpError
        value, at = self._mapping((), 0, 0)
        if at != len(self._tokens):
            raise _GiveUpError
        return Swift(value, Span(self._file, *self._values[()]), self._values, self._keys, self._scalars)

    def _read(self) -> Any:
        match, quoted = _LINE.fullmatch, _QUOTED.fullmatch
        for number, line in enumerate(self._lines, 1):
            found = match(line)
            if found is None:
                if _BLANK.fullmatch(line) is None:
                    raise _GiveUpError
                continue
            margin, dash, key, _, written = found.groups()
            if key.lower() in _WORDS:
                raise _GiveUpError
            indent, width = len(margin), len(dash) if dash else 0
            if not written or written[0] == "#":
                yield indent, width, key, _NESTED, number, 0, None
                continue
            column = found.start(5) + 1
            if (text := quoted(written)) is not None:
                yield indent, width, key, text[1][1:-1], number, column, text[1][0]
                continue
            cut = written.find(" #")
            plain = written if cut < 0 else written[:cut].rstrip()
            yield indent, width, key, _resolved(plain), number, column, plain

    def _mapping(self, path: Path, at: int, indent: int) -> tuple[dict[str, Any], int]:
        tokens, values, keys, scalars = self._tokens, self._values, self._keys, self._scalars
        result: dict[str, Any] = {}
        start = tokens[at]
        # Its place in the order of `load_all`: the whole before its parts.
        values[path] = None
        while at < len(tokens):
            margin, width, key, value, line, column, style = tokens[at]
            if result and (width or margin != indent):
                if margin > indent:
                    raise _GiveUpError
                break
            if key in result:
                raise _GiveUpError
            at += 1
            here = (*path, key)
            first = margin + width + 1
            keys[here] = (line, first, line, first + len(key))
            if value is _NESTED:
                result[key], at = self._nested(here, at, indent)
                continue
            result[key] = value
            if style in {'"', "'"}:
                end, scalars[here] = column + len(value) + 2, style
            else:
                end, scalars[here] = column + len(style or ""), "plain"
            values[here] = (line, column, line, end)
        values[path] = (start[4], start[0] + start[1] + 1, *self._next(at))
        return result, at

    def _next(self, at: int) -> tuple[int, int]:
        """Return where the next token stands: a block ends there."""
        return (self._tokens[at][4], self._tokens[at][0] + 1) if at < len(self._tokens) else self._end

    def _nested(self, path: Path, at: int, indent: int) -> tuple[Any, int]:
        if at == len(self._tokens):
            raise _GiveUpError
        margin, width, *_ = self._tokens[at]
        if width and margin >= indent:
            return self._list(path, at, margin)
        if width or margin <= indent:
            raise _GiveUpError
        return self._mapping(path, at, margin)

    def _list(self, path: Path, at: int, indent: int) -> tuple[list[Any], int]:
        items: list[Any] = []
        first = self._tokens[at]
        self._values[path] = None
        while at < len(self._tokens):
            margin, width, *_ = self._tokens[at]
            if margin != indent or not width:
                if margin > indent:
                    raise _GiveUpError
                break
            value, at = self._mapping((*path, len(items)), at, indent + width)
            items.append(value)
        self._values[path] = (first[4], first[0] + 1, *self._next(at))
        return items, at


def _resolved(plain: str) -> Any:
    """Return what a plain scalar stands for; only what is the same for every reader of YAML."""
    if (number := _NUMBER.fullmatch(plain)) is not None:
        return float(plain) if number[1] else int(plain)
    lower = plain.lower()
    if lower in {"true", "false"} and plain in {lower, lower.title(), lower.upper()}:
        return lower == "true"
    if _WORD.fullmatch(plain) is None or lower in _WORDS or ": " in plain or plain.endswith(":") or plain in {"y", "n"}:
        raise _GiveUpError
    return plain
