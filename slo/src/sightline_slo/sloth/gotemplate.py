"""The part of Go's text/template that queries use: `{{.window}}`, literals, comments, and the trimming of space.

Sloth runs every query through it. What is beyond this part (pipelines, functions, control) no query needs, for the only
value there is the window; it is refused with a text that says so.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

_ACTION = re.compile(r"\{\{(- )?(.*?)( -)?\}\}", re.DOTALL)
_FIELD = re.compile(r"\s*\.([A-Za-z_]\w*)\s*")
_COMMENT = re.compile(r"/\*.*\*/", re.DOTALL)
_STRING = re.compile(r'\s*("(?:[^"\\\n]|\\.)*"|`[^`]*`)\s*')
_WINDOW = re.compile(r"\{\{ *\.window *\}\}")
_SPACE = " \t\r\n"

Part = str | tuple[str]
_NAMED: Part = ("window",)


class TemplateError(ValueError):
    """A template that cannot be read or filled in."""


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[Part, ...]:
    """Return the parts of a template: text, and names of values as tuples of one.

    Raises:
        TemplateError: it is none, or holds more of Go's language than queries need.
    """
    pieces = _WINDOW.split(text)
    if not any("{{" in each for each in pieces):
        # Nearly every query: text with windows in it. The walk below tells the same of it, some five times slower.
        return tuple(each for piece in pieces for each in (_NAMED, piece) if each)[1:]
    parts: list[Part] = []
    at, trim = 0, False
    while (start := text.find("{{", at)) >= 0:
        before = text[at:start]
        found = _ACTION.match(text, start)
        if found is None:
            raise TemplateError("unclosed action")
        # `{{"}}"}}`: the shortest match ended inside of a literal.
        if (
            literal := re.compile(r'\{\{(- )?\s*("(?:[^"\\\n]|\\.)*"|`[^`]*`)\s*( -)?\}\}').match(text, start)
        ) is not None:
            found = literal
        before = before.lstrip(_SPACE) if trim else before
        parts.append(before.rstrip(_SPACE) if found[1] else before)
        trim = found[3] is not None
        part = _part(found[2])
        if part is not None:
            parts.append(part)
        at = found.end()
    rest = text[at:]
    parts.append(rest.lstrip(_SPACE) if trim else rest)
    return tuple(each for each in parts if each != "")


def _part(body: str) -> Part | None:
    if (field := _FIELD.fullmatch(body)) is not None:
        return (field[1],)
    if _COMMENT.fullmatch(body):
        return None
    if (string := _STRING.fullmatch(body)) is not None:
        if string[1][0] == "`":
            return string[1][1:-1]
        try:
            return str(json.loads(string[1]))
        except ValueError as error:
            raise TemplateError(f"bad text in a template: {string[1]}") from error
    if not body.strip():
        raise TemplateError("missing value for command")
    raise TemplateError(f"`{{{{{body}}}}}` is more than a query needs: only `{{{{.window}}}}` and literals are known")


def fill(parts: tuple[Part, ...], values: dict[str, str], *, strict: bool = True) -> str:
    """Fill a template in.

    Raises:
        TemplateError: a value is not there, and `strict`.
    """
    out: list[str] = []
    for each in parts:
        if isinstance(each, str):
            out.append(each)
        elif each[0] in values:
            out.append(values[each[0]])
        elif strict:
            raise TemplateError(f'map has no entry for key "{each[0]}"')
        else:
            out.append("<no value>")
    return "".join(out)
