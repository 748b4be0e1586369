"""What stands in the braces: `service:web,!env:dev`, and the boolean form with AND, OR, NOT and IN."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_datadog.query import tree
from sightline_datadog.query.boolean import Dialect, any_of, bracketed

if TYPE_CHECKING:
    from sightline_datadog.query.scanner import Scanner

# A value may hold nearly anything but the characters that end it; quotes keep even those.
_TERM = re.compile(r"(?:\"[^\"]*\"|[^\s,(){}\"!])(?:\"[^\"]*\"|[^\s,(){}\"])*")
_SIGN = re.compile(r"!|-|NOT\b(?!\s+IN\b)", re.IGNORECASE)
_IN = re.compile(r"(?:NOT\s+)?IN(?=\s*\()", re.IGNORECASE)
_COMMAS = re.compile(r",(?:\s*,)*")
_BETWEEN = re.compile(r",|OR\b", re.IGNORECASE)


def parse_filter(scanner: Scanner) -> tree.All:
    """Parse a filter up to its closing brace; commas bind weakest and mean AND."""
    parts: list[tree.Filter] = []
    words: list[str] = []
    while not scanner.peek("}"):
        parts.append(any_of(scanner, DIALECT))
        # Dashboards hold stray commas (`{a,,b}`, `{a,}`); the vendor takes them.
        commas = scanner.match(_COMMAS)
        if not commas:
            break
        words.append("".join(commas.group().split()))
    return tree.All(tuple(parts), tuple(words) if parts else ("",))


def _one(scanner: Scanner) -> tree.Filter:
    start = scanner.skip()
    found = scanner.match(_SIGN)
    sign = found.group() if found else ""
    if scanner.take("("):
        inner = _inside(scanner)
        return tree.Not(inner, sign) if sign else inner
    term = scanner.match(_TERM) or scanner.fail(
        "expected a tag such as `service:web`", help="write `{*}` to filter by nothing"
    )
    text = term.group()
    word = scanner.match(_IN)
    if word or (text.endswith(":") and scanner.peek("(")):
        negated = bool(sign) != (word is not None and word.group()[0] in "nN")
        key, spelled = (text, " ".join(word.group().split())) if word else (text[:-1], ":")
        values, words = values_in(scanner, _TERM)
        return tree.Membership(key, values, negated, (start, scanner.position), sign, spelled, words)
    return tree.Term(text, bool(sign), (start, scanner.position), sign or "!")


def _inside(scanner: Scanner) -> tree.Filter:
    scanner.descend()
    parts, words = [any_of(scanner, DIALECT)], []
    while scanner.take(","):
        words.append(",")
        parts.append(any_of(scanner, DIALECT))
    scanner.depth -= 1
    scanner.need(")", "to close the bracket")
    return bracketed(parts[0] if len(parts) == 1 else tree.All(tuple(parts), tuple(words)))


def values_in(scanner: Scanner, term: re.Pattern[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Parse `(a, b)` or `(a OR b)`; return the values, and the words between them."""
    scanner.need("(", "a list of values stands in brackets")
    values: list[str] = []
    words: list[str] = []
    while True:
        found = scanner.match(term) or scanner.fail("expected a value")
        values.append(found.group())
        between = scanner.match(_BETWEEN)
        if not between:
            break
        words.append(between.group())
    scanner.need(")", "to close the list of values")
    return tuple(values), tuple(words)


DIALECT = Dialect(re.compile(r"OR\b", re.IGNORECASE), re.compile(r"AND\b", re.IGNORECASE), _one)
