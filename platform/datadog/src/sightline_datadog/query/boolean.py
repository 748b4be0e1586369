"""AND, OR, NOT and brackets: what the filters of metrics, the search of logs and composite monitors share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sightline_datadog.query import tree

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from sightline_datadog.query.scanner import Scanner


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one language spells it; `beside` are the characters before which nothing but white space means no AND."""

    either: re.Pattern[str]
    both: re.Pattern[str]
    one: Callable[[Scanner], tree.Filter]
    beside: str | None = None


def any_of(scanner: Scanner, dialect: Dialect) -> tree.Filter:
    """Parse `a OR b OR c`, each of them what `all_of` parses."""
    parts, words = [all_of(scanner, dialect)], []
    while found := scanner.match(dialect.either):
        words.append(found.group())
        parts.append(all_of(scanner, dialect))
    return parts[0] if len(parts) == 1 else tree.Any(tuple(parts), tuple(words))


def all_of(scanner: Scanner, dialect: Dialect) -> tree.Filter:
    """Parse `a AND b`, or `a b` where the dialect has it."""
    parts, words = [dialect.one(scanner)], []
    while True:
        found = scanner.match(dialect.both)
        if found is None and not _goes_on(scanner, dialect):
            break
        words.append(found.group() if found else "")
        parts.append(dialect.one(scanner))
    return parts[0] if len(parts) == 1 else tree.All(tuple(parts), tuple(words))


def _goes_on(scanner: Scanner, dialect: Dialect) -> bool:
    if dialect.beside is None or scanner.at_end():
        return False
    here = scanner.position
    return scanner.text[here] not in dialect.beside and not dialect.either.match(scanner.text, here)


def bracketed(node: tree.Filter) -> tree.Filter:
    """Return the node with one more pair of brackets around it."""
    return replace(node, brackets=node.brackets + 1)


def refused(node: tree.Filter, sign: str) -> tree.Filter:
    """Return the node with a NOT before it, in the node itself where it can hold one."""
    if isinstance(node, tree.Term) and not node.negated and not node.brackets:
        return replace(node, negated=True, sign=sign)
    return tree.Not(node, sign)
