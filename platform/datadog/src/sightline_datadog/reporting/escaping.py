"""Others' texts inside Markdown: names, messages and queries are shown, and never read as Markdown, HTML or a mention.

Everything of others stands in code: GitHub mentions nobody, links no issue and shows no emoji in there. The rules are
CommonMark's (https://spec.commonmark.org/0.31.2/, code spans 6.1, fenced code 4.5, HTML blocks 4.6).
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TICKS = re.compile("`+")
_KEPT = frozenset("\t\u200c\u200d")
"""Joiners are parts of letters and emoji."""
SHORT = 160
"""Characters of a name before it is cut: one name must not push out the changes below it."""


def visible(text: str) -> str:
    """Replace what cannot be seen or written: controls, marks of direction, halves of surrogate pairs, odd spaces."""
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(char: str) -> str:
    if char.isprintable() or char in _KEPT:
        return char
    return " " if char.isspace() else "\ufffd"


def flat(text: str, longest: int = SHORT) -> str:
    """Return a text on one line, cut where it is longer."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def code(text: str, longest: int = SHORT) -> str:
    """Return a text as a code span of Markdown."""
    line = flat(text, longest) or " "
    ticks = "`" * (_most_ticks(line) + 1)
    # A space at both ends is taken off again; between ticks and ticks there must be one.
    pad = " " if "`" in line else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def html_code(text: str, longest: int = SHORT) -> str:
    """Return a text as code of HTML, for a `<summary>`: Markdown is not read there."""
    return f"<code>{escape(flat(text, longest))}</code>"


def fenced(lines: Iterable[str], language: str) -> str:
    """Return lines as a block of code, whose fence none of them closes."""
    shown = [visible(each) for each in lines]
    fence = "`" * max(3, max(map(_most_ticks, shown), default=0) + 1)
    return "\n".join([f"{fence}{language}", *shown, fence])


def _most_ticks(text: str) -> int:
    return max(map(len, _TICKS.findall(text)), default=0)
