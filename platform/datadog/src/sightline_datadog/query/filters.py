"""What stands in the braces: `service:web,!env:dev`, and the boolean form with AND, OR, NOT and IN."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_datadog.query import tree

if TYPE_CHECKING:
    from sightline_datadog.query.scanner import Scanner

# A value may hold nearly anything but the characters that end it; quotes keep even those.
_TERM = re.compile(r"(?:\"[^\"]*\"|[^\s,(){}\"!])(?:\"[^\"]*\"|[^\s,(){}\"])*")
_AND = re.compile(r"AND\b", re.IGNORECASE)
_OR = re.compile(r"OR\b", re.IGNORECASE)
_NOT = re.compile(r"NOT\b(?!\s+IN\b)", re.IGNORECASE)
_IN = re.compile(r"(NOT\s+)?IN\s*\(", re.IGNORECASE)


def parse_filter(scanner: Scanner) -> tree.All:
    """Parse a filter up to its closing brace; commas bind weakest and mean AND."""
    parts: list[tree.Filter] = []
    while not scanner.peek("}"):
        parts.append(_any(scanner))
        # Dashboards hold stray commas (`{a,,b}`, `{a,}`); the vendor takes them.
        while scanner.take(","):
            pass
        if scanner.at_end():
            break
    return tree.All(tuple(parts))


def _any(scanner: Scanner) -> tree.Filter:
    parts = [_all(scanner)]
    while scanner.match(_OR):
        parts.append(_all(scanner))
    return parts[0] if len(parts) == 1 else tree.Any(tuple(parts))


def _all(scanner: Scanner) -> tree.Filter:
    parts = [_one(scanner)]
    while scanner.match(_AND):
        parts.append(_one(scanner))
    return parts[0] if len(parts) == 1 else tree.All(tuple(parts))


def _one(scanner: Scanner) -> tree.Filter:
    start = scanner.skip()
    negated = scanner.take("!") or scanner.take("-") or bool(scanner.match(_NOT))
    if scanner.take("("):
        scanner.descend()
        parts = [_any(scanner)]
        while scanner.take(","):
            parts.append(_any(scanner))
        scanner.depth -= 1
        scanner.need(")", "to close the bracket")
        inner: tree.Filter = parts[0] if len(parts) == 1 else tree.All(tuple(parts))
        return tree.Not(inner) if negated else inner
    found = scanner.match(_TERM) or scanner.fail(
        "expected a tag such as `service:web`", help="write `{*}` to filter by nothing"
    )
    membership = scanner.match(_IN)
    if membership:
        inside = bool(membership.group(1))
        return tree.Membership(found.group(), _values(scanner), negated != inside, (start, scanner.position))
    if found.group().endswith(":") and scanner.take("("):
        return tree.Membership(found.group()[:-1], _values(scanner), negated, (start, scanner.position))
    return tree.Term(found.group(), negated, (start, scanner.position))


_VALUE_OR = re.compile(r"OR\b", re.IGNORECASE)


def _values(scanner: Scanner) -> tuple[str, ...]:
    values = []
    while not scanner.peek(")"):
        found = scanner.match(_TERM) or scanner.fail("expected a value")
        values.append(found.group())
        if not scanner.take(",") and not scanner.match(_VALUE_OR):
            break
    scanner.need(")", "to close the list of values")
    return tuple(values)
