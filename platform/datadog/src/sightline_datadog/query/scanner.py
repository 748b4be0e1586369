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
MAX_OPERATORS = 250
"""More signs than any dashboard has: a sum is as deep as it is long, and printing must not exhaust the stack either."""

_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMPARATOR = re.compile(r">=|<=|==|!=|>|<")


class Scanner:
    """A text and a place in it. White space between tokens is passed over."""

    def __init__(self, text: str, start: int = 0, *, variables: bool = False) -> None:
        self.text = text
        self.position = start
        self.depth = 0
        self.operators = 0
        self.variables = variables

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

    def numeral(self) -> tuple[float, str] | None:
        """Take a number that may carry a minus; return its value, and how it is written."""
        start = self.skip()
        sign = "-" if self.take("-") else ""
        found = self.match(_NUMBER)
        if found is None:
            self.position = start
            return None
        value = float(found.group())
        if math.isinf(value):
            text, begin, end = found.group()[:40], found.start(), found.end()
            self.fail(f"`{text}` is larger than a number can be", start=begin, end=end, label="write a smaller one")
        return (-value if sign else value), sign + found.group()

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
        said = label or (f"found `{self.text[begin]}`" if begin < len(self.text) else "the query ends here")
        # A caret behind the end would stand on nothing, or on what follows the query in its file.
        last = max(len(self.text.rstrip()) - 1, 0)
        begin = min(begin, last)
        stop = min(max(begin + 1, begin + 1 if end is None else end), len(self.text))
        raise QuerySyntaxError(Problem(code, message, begin, stop, said, help))

    def descend(self) -> None:
        """Go one level deeper, within the bound."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"nested deeper than {MAX_DEPTH} levels")

    def operator(self) -> None:
        """Count one more operator, within the bound."""
        self.operators += 1
        if self.operators > MAX_OPERATORS:
            self.fail(f"more than {MAX_OPERATORS} operators in one query")
