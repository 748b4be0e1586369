"""Reading characters: the part that the metric and the monitor parser share."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NoReturn, cast

from sightline_datadog.query.problems import SYNTAX, Problem, QuerySyntaxError

if TYPE_CHECKING:
    from sightline_datadog.query.tree import Comparator

MAX_DEPTH = 60
"""Deeper nesting than any dashboard has; a bound, so that no text exhausts the stack."""

_SPACE = re.compile(r"\s*")
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_COMPARATOR = re.compile(r">=|<=|==|!=|>|<")


class Scanner:
    """A text and a place in it. White space between tokens is passed over."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.depth = 0

    def skip(self) -> int:
        """Pass over white space and return the place."""
        match = _SPACE.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return self.position

    def at_end(self) -> bool:
        """Whether nothing but white space is left."""
        return self.skip() >= len(self.text)

    def peek(self, literal: str) -> bool:
        """Whether `literal` comes next."""
        return self.text.startswith(literal, self.skip())

    def take(self, literal: str) -> bool:
        """Take `literal` if it comes next."""
        if not self.peek(literal):
            return False
        self.position += len(literal)
        return True

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Take what `pattern` matches here, if anything."""
        found = pattern.match(self.text, self.skip())
        if found:
            self.position = found.end()
        return found

    def need(self, literal: str, why: str) -> None:
        """Take `literal`, or end the parse saying `why` it belongs here."""
        if not self.take(literal):
            self.fail(f"expected `{literal}`", label=why)

    def number(self) -> float | None:
        """Take a number without sign."""
        found = self.match(_NUMBER)
        if found is None:
            return None
        value = float(found.group())
        if math.isinf(value):
            text, start, end = found.group()[:40], found.start(), found.end()
            self.fail(f"`{text}` is larger than a number can be", start=start, end=end, label="write a smaller one")
        return value

    def signed(self) -> float | None:
        """Take a number that may carry a minus."""
        start = self.skip()
        sign = -1.0 if self.take("-") else 1.0
        value = self.number()
        if value is None:
            self.position = start
            return None
        return sign * value

    def comparator(self) -> Comparator | None:
        """Take one of `> >= < <= == !=`."""
        found = self.match(_COMPARATOR)
        return cast("Comparator", found.group()) if found else None

    def fail(
        self,
        message: str,
        *,
        start: int | None = None,
        end: int | None = None,
        label: str = "",
        help: str = "",  # noqa: A002 - the diagnostic's own word
        code: str = SYNTAX,
    ) -> NoReturn:
        """End the parse with a problem at `start`, by default here."""
        begin = self.skip() if start is None else start
        found = self.text[begin : begin + 1]
        said = label or (f"found `{found}`" if found else "the query ends here")
        raise QuerySyntaxError(Problem(code, message, begin, end if end is not None else begin + 1, said, help))

    def descend(self) -> None:
        """Go one level deeper, within the bound."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"nested deeper than {MAX_DEPTH} levels")
