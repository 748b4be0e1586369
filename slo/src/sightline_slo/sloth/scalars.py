"""Texts as go-yaml v2 writes them: which of them need quotes, in which style, and where a line is folded.

The rules are those of libyaml with go-yaml's additions. Nearly every text of a rule file takes one of the two short
ways (a plain word, a literal block); the long way is there for all the others and decides alone what is right.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from sightline_slo.sloth.resolve import is_text

WIDTH = 80
_KEY_WIDTH = 128

_BREAKS = "\r\n\x85\u2028\u2029"
_PLAIN_WORD = re.compile(r"[A-Za-z(/_][!-9;-~]*")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f]")
_BASE60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_ESCAPES = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e", '"': '"',
    "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}  # fmt: skip


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """Write a key of a block mapping, with its colon; one that is too long for a line is written the long way."""
    return f"{_key(text)}:" if len(text.encode()) <= _KEY_WIDTH else f"? {_key(text)}\n:"


def _key(text: str) -> str:
    plain = is_text(text) and not _BASE60.fullmatch(text)
    if "\n" in text or not plain:
        return _double(text, 0, None)
    traits = _Traits(text)
    if plain and traits.plain:
        return text
    return _single(text, 0, None) if traits.single else _double(text, 0, None)


def value(text: str, indent: int, column: int) -> str:
    """Write a value, with the space before it.

    Args:
        text: what is written.
        indent: of the lines that go on with it.
        column: where the line stands after the colon.
    """
    if "\n" in text:
        if _is_even_block(text):
            lines = text.replace("\n", "\n" + " " * indent)
            return f" |\n{' ' * indent}{lines[: -indent - 1]}" if text[-1] == "\n" else f" |-\n{' ' * indent}{lines}"
        return _value(text, indent, column)
    return _value(text, indent, column)


def _is_even_block(text: str) -> bool:
    """Whether a text of several lines goes into a literal block as it stands, only indented."""
    return (
        " \n" not in text
        and "\n\n" not in text
        and text[0] not in " \n"
        and text[-1] != " "
        and text.isascii()
        and _CONTROL.search(text) is None
    )


@lru_cache(maxsize=65536)
def _value(text: str, indent: int, column: int) -> str:
    column += 1
    if "\n" in text:
        return " " + (_literal(text, indent) if _Traits(text).block else _double(text, column, indent))
    if not is_text(text) or _BASE60.fullmatch(text):
        return " " + _double(text, column, indent)
    if _PLAIN_WORD.fullmatch(text):
        return " " + text
    traits = _Traits(text)
    if traits.plain:
        return " " + _plain(text, column, indent)
    return " " + (_single(text, column, indent) if traits.single else _double(text, column, indent))


class _Traits:
    """What the analysis of libyaml says of a text: in which styles it may be written."""

    def __init__(self, text: str) -> None:
        if not text:
            self.plain, self.single, self.block = True, True, False
            return
        edges = text[0] == " " or text[0] in _BREAKS or text[-1] == " " or text[-1] in _BREAKS
        if text.isascii() and text.isprintable():
            self.plain, self.single, self.block = not (edges or _indicators(text)), True, text[-1] != " "
            return
        special = any(not _printable(char) for char in text)
        breaks = any(char in _BREAKS for char in text)
        pairs = list(pairwise(text))
        break_space = any(one in _BREAKS and two == " " for one, two in pairs)
        space_break = any(one == " " and two in _BREAKS for one, two in pairs)
        self.plain = not (edges or break_space or space_break or special or breaks or _indicators(text))
        self.single = not (break_space or space_break or special)
        self.block = not (text[-1] == " " or space_break or special)


def _indicators(text: str) -> bool:
    """Whether the text holds a character that means something to YAML where it stands."""
    if text.startswith(("---", "...")) or text[0] in "#,[]{}&*!|>'\"%@`":
        return True
    ended = len(text) == 1 or text[1] in " \t"
    if text[0] in "?:-" and ended:
        return True
    if ":" not in text[1:] and "#" not in text[1:]:
        return False
    return any(
        (char == ":" and (at + 1 >= len(text) or text[at + 1] in " \t"))
        or (char == "#" and (text[at - 1] in " \t\0" or text[at - 1] in _BREAKS))
        for at, char in enumerate(text)
        if at
    )


def _printable(char: str) -> bool:
    code = ord(char)
    if code < 0x7F:
        return code >= 0x20 or code == 0x0A
    return 0xA0 <= code <= 0xFFFD and code != 0xFEFF and not 0xD800 <= code < 0xE000


def _plain(text: str, column: int, indent: int) -> str:
    if column + len(text) <= WIDTH:
        return text
    return _folded(text, column, indent, edges=True)


def _folded(text: str, column: int, indent: int, *, edges: bool) -> str:
    """Break a text at single spaces beyond the width. `edges`: whether the first and last character may be one."""
    out: list[str] = []
    spaces = False
    for at, char in enumerate(text):
        if char == " ":
            inner = edges or 0 < at < len(text) - 1
            following = text[at + 1] if at + 1 < len(text) else ""
            if not spaces and column > WIDTH and inner and following != " ":
                out.append("\n" + " " * indent)
                column = indent
            else:
                out.append(char)
                column += 1
            spaces = True
        else:
            out.append(char)
            column += 1
            spaces = False
    return "".join(out)


def _single(text: str, column: int, indent: int | None) -> str:
    if any(char in _BREAKS for char in text):
        return _single_broken(text, indent or 0)
    # A doubled quote is two columns: the quotes are doubled in the text that is measured, spaces stay where they were.
    doubled = text.replace("'", "''")
    if indent is None or column + len(doubled) < WIDTH:
        return f"'{doubled}'"
    return f"'{_folded(doubled, column + 1, indent, edges=False)}'"


def _single_broken(text: str, indent: int) -> str:
    """Write a text whose only breaks are those that go-yaml does not take for a line's end (NEL, LS, PS, CR)."""
    out, breaks = ["'"], False
    for char in text:
        if char in _BREAKS:
            out.append(char)
            breaks = True
            continue
        if breaks:
            out.append(" " * indent)
        out.append("''" if char == "'" else char)
        breaks = False
    return "".join(out) + "'"


def _double(text: str, column: int, indent: int | None) -> str:
    out: list[str] = ['"']
    column += 1
    spaces = False
    for at, char in enumerate(text):
        if not _printable(char) or char in _BREAKS or char in '"\\':
            escaped = "\\" + (_ESCAPES.get(char) or _hex(ord(char)))
            out.append(escaped)
            column += len(escaped)
            spaces = False
        elif char == " ":
            if indent is not None and not spaces and column > WIDTH and 0 < at < len(text) - 1:
                out.append("\n" + " " * indent + ("\\" if text[at + 1] == " " else ""))
                column = indent + (text[at + 1] == " ")
            else:
                out.append(char)
                column += 1
            spaces = True
        else:
            out.append(char)
            column += 1
            spaces = False
    return "".join(out) + '"'


def _hex(code: int) -> str:
    if code <= 0xFF:
        return f"x{code:02X}"
    return f"u{code:04X}" if code <= 0xFFFF else f"U{code:08X}"


def _literal(text: str, indent: int) -> str:
    hint = "2" if text[0] == " " or text[0] in _BREAKS else ""
    if text[-1] not in _BREAKS:
        chomp = "-"
    elif len(text) == 1 or text[-2] in _BREAKS:
        chomp = "+"
    else:
        chomp = ""
    out: list[str] = [f"|{hint}{chomp}\n"]
    breaks = True
    for char in text:
        if char in _BREAKS:
            out.append(char)
            breaks = True
            continue
        if breaks:
            out.append(" " * indent)
        out.append(char)
        breaks = False
    written = "".join(out)
    # The break after the value is the mapping's own, and it is not written twice.
    return written.removesuffix("\n")
