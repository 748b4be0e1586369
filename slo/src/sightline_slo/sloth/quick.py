"""A fast reader for the YAML that specs are written in: block mappings and lists, plain and quoted scalars, literals.

It reads what it knows for certain, and gives all else up (`None`) to the reader over libyaml (`loose`), which is some
ten times slower: flow style, anchors, tags, escapes, scalars over several lines, a key that stands twice. A test holds
both to the same answer.
"""

from __future__ import annotations

import re
from typing import Any

from sightline_slo.sloth.resolve import resolve

_FOREIGN = re.compile("[^\n -~\xa1-\u2027\u2030-\ud7ff]")
_LINE = re.compile(r"( *)(- +)?([A-Za-z_][A-Za-z0-9_./-]*):(?: +(.*?))? *")
_TEXT = re.compile(r"\"([^\"\\]*)\"(?: +#.*)?|'([^']*)'(?: +#.*)?")
_PLAIN = re.compile(r"[A-Za-z0-9_(./+$<][^#]*|-[A-Za-z0-9_(./][^#]*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_BLANK = re.compile(r" *(?:#.*)?")

_Token = tuple[int, int, str, Any]


class _GiveUpError(Exception):
    """Something that only the other reader knows for certain."""


_NESTED: Any = object()


def read(text: str) -> dict[str, Any] | None:
    """Return the mapping that a document is; None where this reader is not certain."""
    if _FOREIGN.search(text) is not None:
        return None
    try:
        tokens = _tokens(text.split("\n"))
        if not tokens or tokens[0][0] != 0 or tokens[0][1]:
            return None
        value, end = _mapping(tokens, 0, 0)
    except _GiveUpError:
        return None
    return value if end == len(tokens) else None


def _tokens(lines: list[str]) -> list[_Token]:
    tokens: list[_Token] = []
    at, count = 0, len(lines)
    match, text_match = _LINE.fullmatch, _TEXT.fullmatch
    while at < count:
        line = lines[at]
        at += 1
        found = match(line)
        if found is None:
            if _BLANK.fullmatch(line) is None:
                raise _GiveUpError
            continue
        margin, dash, key, written = found.groups()
        if key in _WORDS or key.lower() in _WORDS:
            raise _GiveUpError
        indent, width = len(margin), len(dash) if dash else 0
        if not written or written[0] == "#":
            tokens.append((indent, width, key, _NESTED))
            continue
        if (quoted := text_match(written)) is not None:
            tokens.append((indent, width, key, quoted[1] if quoted[1] is not None else quoted[2]))
            continue
        if written in {"|", "|-"}:
            value, at = _literal(lines, at, indent + width, keep=written == "|")
        else:
            value = _plain(written)
        tokens.append((indent, width, key, value))
    return tokens


def _plain(written: str) -> Any:
    cut = written.find(" #")
    value = written if cut < 0 else written[:cut].rstrip()
    if ": " in value or value.endswith(":") or (_PLAIN.fullmatch(value) is None and not _hashes_are_inside(value)):
        raise _GiveUpError
    return resolve(value)


def _hashes_are_inside(value: str) -> bool:
    return "#" in value and _PLAIN.fullmatch(value.replace("#", "x")) is not None and value[0] != "#"


def _literal(lines: list[str], at: int, parent: int, *, keep: bool) -> tuple[str, int]:
    """Read the lines of a literal block: those that stand deeper than its key."""
    body: list[str] = []
    indent = 0
    while at < len(lines):
        line = lines[at]
        depth = len(line) - len(line.lstrip(" "))
        if depth == len(line):
            # Spaces in an empty line may be its content, depending on the lines around it.
            if depth:
                raise _GiveUpError
            body.append("")
            at += 1
            continue
        if indent == 0:
            if depth <= parent:
                break
            indent = depth
        if depth < indent:
            if depth > parent:
                raise _GiveUpError
            break
        body.append(line[indent:])
        at += 1
    while body and not body[-1]:
        body.pop()
    if not body or not body[0]:
        raise _GiveUpError
    return "\n".join(body) + ("\n" if keep else ""), at


def _mapping(tokens: list[_Token], at: int, indent: int) -> tuple[dict[str, Any], int]:
    """Read the mapping that begins at a token; the first may stand after the dash of a list."""
    result: dict[str, Any] = {}
    count = len(tokens)
    first = True
    while at < count:
        margin, width, key, value = tokens[at]
        if not first and (width or margin != indent):
            if margin > indent:
                raise _GiveUpError
            break
        first = False
        if key in result:
            raise _GiveUpError
        at += 1
        if value is _NESTED:
            value, at = _nested(tokens, at, indent)
        result[key] = value
    return result, at


def _nested(tokens: list[_Token], at: int, indent: int) -> tuple[Any, int]:
    if at == len(tokens):
        return None, at
    margin, width, _, _ = tokens[at]
    if width:
        return _list(tokens, at, margin) if margin >= indent else (None, at)
    return _mapping(tokens, at, margin) if margin > indent else (None, at)


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
