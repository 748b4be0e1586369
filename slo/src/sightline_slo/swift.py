"""Specs read without a YAML parser, where they are written as most are: block mappings and lists of one-line values.

What comes of it is what `load_all` would give, at a third of its cost; whatever is not known for certain goes to
`load_all`. Places are found when somebody asks: most specs have no findings. A test holds both readers to the same
values and the same places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from sightline_core.diagnostics import Span
from sightline_core.located import Located, load_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_core.diagnostics import Diagnostic
    from sightline_core.located import Path

_FOREIGN = re.compile("[^\n -~]|^(?:---|\\.\\.\\.|%)", re.MULTILINE)
_LINES = re.compile(r"^(?:( *)(- +)?([A-Za-z_][A-Za-z0-9_./-]*):(?:( +)(\S.*)?)?| *(?:#.*)?)$", re.MULTILINE)
_QUOTED = re.compile(r"(\"[^\"\\]*\"|'[^']*')(?: +#.*)?")
_WORD = re.compile(r"[A-Za-z(/_].*")
_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(\.[0-9]+)?")
_WORDS = frozenset({"yes", "no", "true", "false", "on", "off", "null"})
_NESTED: Any = object()
_T = TypeVar("_T")

_Line = tuple[str, str, str, str, str]
"""Margin, dash, key, gap, what is written; all empty for an empty line."""
_Token = tuple[int, int, str, Any]
"""Indent, width of the dash, key, value."""


class _GiveUpError(Exception):
    """Something that only a parser knows for certain."""


@dataclass(frozen=True, slots=True)
class Swift(Located):
    """A document whose places are found when they are asked for: in its text, which is then read again."""

    text: str = field(repr=False)

    def span_of(self, path: Path) -> Span:
        """Return the place of the value at `path`, or of the nearest value that encloses it."""
        return _placed(self.text, self.span.file).span_of(path)

    def key_span(self, path: Path) -> Span:
        """Return the place of the key that `path` ends in; that of the value where it is no key."""
        return _placed(self.text, self.span.file).key_span(path)

    def is_plain(self, path: Path) -> bool:
        """Whether offsets in the text at `path` are columns of its span."""
        return _placed(self.text, self.span.file).is_plain(path)

    def placing(self, path: Path) -> Callable[[int, int], Span]:
        """Return `inside` for one path; it holds the text alone, which is smaller than its values."""
        return partial(_inside, self.text, self.span.file, path)

    def later(self, make: Callable[[Located], _T]) -> Callable[[], _T]:
        """Return what makes something of this document once it is asked for; it holds the text alone."""
        text, file = self.text, self.span.file
        return cache(lambda: make(_placed(text, file)))


def load(text: str, file: str) -> tuple[list[Located], list[Diagnostic]]:
    """Read every document of a text, as `load_all` does."""
    if _FOREIGN.search(text) is None:
        try:
            return [_read(text, file)], []
        except _GiveUpError:
            pass
    return load_all(text, file)


def _read(text: str, file: str) -> Swift:
    tokens = _tokens(_lines(text))
    if not tokens or tokens[0][0] or tokens[0][1]:
        raise _GiveUpError
    value, at = _mapping(tokens, 0, 0)
    if at != len(tokens):
        raise _GiveUpError
    # Where the parser stands when nothing is left: it ends a last line that its author did not.
    end = text.count("\n") + 1 + (text[-1] != "\n")
    first = next(number for number, line in enumerate(_lines(text), 1) if line[2])
    return Swift(value, Span(file, first, 1, end, 1), {}, {}, {}, text)


def _lines(text: str) -> list[_Line]:
    found: list[_Line] = _LINES.findall(text)
    # Behind spaces at the very end the parser stands elsewhere.
    if len(found) != text.count("\n") + 1 or text.endswith(" "):
        raise _GiveUpError
    return found


def _tokens(lines: list[_Line]) -> list[_Token]:
    if any(each.lower() in _WORDS for each in {line[2] for line in lines}):
        raise _GiveUpError
    return [
        (len(margin), len(dash), key, _value(written) if written else _NESTED)
        for margin, dash, key, _, written in lines
        if key
    ]


@lru_cache(maxsize=4096)
def _value(written: str) -> Any:
    """Return what stands after a key: a scalar, or nothing but a comment."""
    if written[0] == "#":
        return _NESTED
    if (text := _QUOTED.fullmatch(written.rstrip(" "))) is not None:
        return text[1][1:-1]
    return _resolved(_plain(written))


def _plain(written: str) -> str:
    cut = written.find(" #")
    return (written if cut < 0 else written[:cut]).rstrip(" ")


def _mapping(tokens: list[_Token], at: int, indent: int) -> tuple[dict[str, Any], int]:
    """Read the mapping that begins at a token; the first may stand after the dash of a list."""
    result: dict[str, Any] = {}
    count = len(tokens)
    while at < count:
        margin, width, key, value = tokens[at]
        if result and (width or margin != indent):
            if margin > indent:
                raise _GiveUpError
            break
        if key in result:
            raise _GiveUpError
        at += 1
        if value is _NESTED:
            value, at = _nested(tokens, at, indent)
        result[key] = value
    return result, at


def _nested(tokens: list[_Token], at: int, indent: int) -> tuple[Any, int]:
    if at == len(tokens):
        raise _GiveUpError
    margin, width, _, _ = tokens[at]
    if width and margin >= indent:
        return _list(tokens, at, margin)
    if width or margin <= indent:
        raise _GiveUpError
    return _mapping(tokens, at, margin)


def _list(tokens: list[_Token], at: int, indent: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    while at < len(tokens):
        margin, width, _, _ = tokens[at]
        if margin != indent or not width:
            if margin > indent:
                raise _GiveUpError
            break
        value, at = _mapping(tokens, at, indent + width)
        items.append(value)
    return items, at


def _resolved(plain: str) -> Any:
    """Return what a plain scalar stands for; only what is the same for every reader of YAML."""
    if _WORD.fullmatch(plain) is None:
        if (number := _NUMBER.fullmatch(plain)) is None:
            raise _GiveUpError
        return float(plain) if number[1] else int(plain)
    lower = plain.lower()
    if lower in {"true", "false"} and plain in {lower, lower.title(), lower.upper()}:
        return lower == "true"
    if lower in _WORDS or ": " in plain or plain.endswith(":") or plain in {"y", "n"}:
        raise _GiveUpError
    return plain


@lru_cache(maxsize=4)
def _placed(text: str, file: str) -> Located:
    """Return the document with every place: of findings, the many of one file come one after the other."""
    document = _read(text, file)
    placer = _Placer(_lines(text), file, (document.span.end_line, document.span.end_column))
    placer.place((), document.value)
    return Located(document.value, document.span, placer.values, placer.keys, placer.scalars)


def _inside(text: str, file: str, path: Path, start: int, end: int) -> Span:
    return _placed(text, file).inside(path, start, end)


class _Placer:
    """Walks over the values and over the lines that they were read from."""

    def __init__(self, lines: list[_Line], file: str, end: tuple[int, int]) -> None:
        self._lines = [(number, *line) for number, line in enumerate(lines, 1) if line[2]]
        self._file, self._end, self._at = file, end, 0
        self.values: dict[Path, Span] = {}
        self.keys: dict[Path, Span] = {}
        self.scalars: dict[Path, str | None] = {}

    def place(self, path: Path, value: Any) -> None:
        """Note where a mapping or a list begins and ends, and all that is in it, the whole before its parts."""
        number, margin, dash, *_ = self._lines[self._at]
        inside = isinstance(value, dict)
        begins = (number, len(margin) + (len(dash) if inside else 0) + 1)
        self.values[path] = Span(self._file, *begins, *begins)
        for step, each in value.items() if inside else enumerate(value):
            if inside:
                self._key((*path, step), each)
            else:
                self.place((*path, step), each)
        # A block ends where the next token stands.
        after = self._lines[self._at] if self._at < len(self._lines) else None
        ends = self._end if after is None else (after[0], len(after[1]) + 1)
        self.values[path] = Span(self._file, *begins, *ends)

    def _key(self, path: Path, value: Any) -> None:
        number, margin, dash, key, gap, written = self._lines[self._at]
        self._at += 1
        column = len(margin) + len(dash) + 1
        self.keys[path] = Span(self._file, number, column, number, column + len(key))
        if isinstance(value, dict | list):
            self.place(path, value)
            return
        quoted = _QUOTED.fullmatch(written.rstrip(" "))
        column += len(key) + 1 + len(gap)
        text = quoted[1] if quoted else _plain(written)
        self.values[path] = Span(self._file, number, column, number, column + len(text))
        self.scalars[path] = text[0] if quoted else "plain"
