"""The part of HCL that server configurations are written in, as the JSON that Vault takes in its place.

Blocks with labels become nested mappings, repeated ones a list: `listener "tcp" {…}` is `{"listener": [{"tcp": {…}}]}`.
https://github.com/hashicorp/hcl/tree/v1.0.0 (HCL 1); interpolations are texts, as they are to Vault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.shapes import Path

_TOKEN = re.compile(
    r"""(?P<blank>[\s]+|\#[^\n]*|//[^\n]*|/\*.*?\*/)
    |<<-?(?P<mark>\w+)[^\n]*\n(?P<here>.*?)^[ \t]*(?P=mark)\b
    |"(?P<text>(?:[^"\\\n]|\\.)*)"
    |(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])
    |(?P<word>[A-Za-z_][\w.-]*)
    |(?P<mark_of>[{}\[\],=:])""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_DEEPEST = 50


class BrokenHclError(ValueError):
    """A text is no HCL; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """The value, and the line of each key and item by its path."""

    value: dict[str, Any]
    lines: dict[Path, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: Any
    line: int


def parse(text: str) -> Document:
    """Read a text.

    Raises:
        BrokenHclError: it is no HCL.
    """
    parser = _Parser([*_tokens(text)])
    return Document(parser.body((), closed=False), parser.lines)


def _tokens(text: str) -> Iterator[_Token]:
    position, line = 0, 1
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise BrokenHclError(line, f"{text[position]!r} is not expected here")
        if found["here"] is not None:
            yield _Token("text", found["here"], line)
        elif found["text"] is not None:
            yield _Token("text", re.sub(r"\\(.)", lambda each: _ESCAPES.get(each[1], each[1]), found["text"]), line)
        elif found["number"] is not None:
            number = float(found["number"])
            yield _Token("number", int(number) if number.is_integer() else number, line)
        elif found["word"] is not None:
            yield _Token("word", found["word"], line)
        elif found["mark_of"] is not None:
            yield _Token(found["mark_of"], found["mark_of"], line)
        line += found[0].count("\n")
        position = found.end()
    yield _Token("end", "the end", line)


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.next = 0
        self.lines: dict[Path, int] = {}

    def body(self, path: Path, *, closed: bool) -> dict[str, Any]:
        """Read pairs and blocks until the brace that closes them, or the end."""
        self._refuse_abyss(path)
        found: dict[str, Any] = {}
        end = "}" if closed else "end"
        while (token := self._take()).kind != end:
            if token.kind == ",":
                continue
            if token.kind not in {"word", "text"}:
                raise BrokenHclError(token.line, f"a name is expected here, not {token.value!r}")
            self._entry(found, path, token)
        return found

    def _entry(self, found: dict[str, Any], path: Path, key: _Token) -> None:
        labels = []
        while self._peek().kind in {"word", "text"}:
            labels.append(str(self._take().value))
        token = self._take()
        name = str(key.value)
        if token.kind in {"=", ":"} and not labels:
            self.lines[*path, name] = key.line
            found[name] = self._value((*path, name))
        elif token.kind == "{":
            blocks = found.setdefault(name, [])
            if not isinstance(blocks, list):
                raise BrokenHclError(key.line, f"{name} is a value and a block")
            inner: Path = (*path, name, len(blocks))
            self.lines[inner] = self.lines[*inner, *labels] = key.line
            self.lines.setdefault((*path, name), key.line)
            content: dict[str, Any] = self.body((*inner, *labels), closed=True)
            for label in reversed(labels):
                content = {label: content}
            blocks.append(content)
        else:
            raise BrokenHclError(token.line, f"{token.value!r} is not expected after {name}")

    def _value(self, path: Path) -> Any:
        self._refuse_abyss(path)
        token = self._take()
        if token.kind in {"text", "number"}:
            return token.value
        if token.kind == "word":
            return {"true": True, "false": False}.get(token.value, token.value)
        if token.kind == "{":
            return self.body(path, closed=True)
        if token.kind == "[":
            return self._list(path)
        raise BrokenHclError(token.line, f"a value is expected here, not {token.value!r}")

    def _list(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while self._peek().kind != "]":
            self.lines[*path, len(found)] = self._peek().line
            found.append(self._value((*path, len(found))))
            if self._peek().kind == ",":
                self._take()
        self._take()
        return found

    def _refuse_abyss(self, path: Path) -> None:
        if len(path) > _DEEPEST:
            raise BrokenHclError(self._peek().line, "this is nested too deeply")

    def _peek(self) -> _Token:
        return self.tokens[self.next]

    def _take(self) -> _Token:
        token = self.tokens[self.next]
        if token.kind == "end" and self.next == len(self.tokens) - 1:
            # Whoever waits for more than the end is told at the end's line.
            return token
        self.next += 1
        return token
