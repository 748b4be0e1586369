"""A query's filter as a test on a series' tags. Tags are compared in lower case, as the vendor keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Tags = Mapping[str, tuple[str, ...]]


def by_key(tags: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return `key:value` tags as values by key, in lower case; a bare tag has the value ''."""
    found: dict[str, tuple[str, ...]] = {}
    for tag in tags:
        key, _, value = tag.lower().partition(":")
        found[key] = (*found.get(key, ()), value)
    return found


def matches(where: tree.Filter, tags: Tags) -> bool:
    """Whether tags (values by key, lower case) pass the filter; a template variable passes everything."""
    match where:
        case tree.Term():
            return _term(where, tags)
        case tree.Membership(key=key, values=values, negated=negated):
            held = tags.get(key.lower(), ())
            return any(fits(_bare(value), each) for value in values for each in held) != negated
        case tree.All(parts=parts):
            return all(matches(part, tags) for part in parts)
        case tree.Any(parts=parts):
            return any(matches(part, tags) for part in parts)
        case tree.Not(part=part):
            return not matches(part, tags)


def _term(term: tree.Term, tags: Tags) -> bool:
    text = term.text
    if text == "*" or text.startswith("$"):
        return not term.negated
    value = term.value
    if value is None:
        pattern = _bare(text)
        return any(fits(pattern, key) for key in tags) != term.negated
    if value.startswith("$"):
        return True
    pattern = _bare(value)
    return any(fits(pattern, each) for each in tags.get(term.key.lower(), ())) != term.negated


def _bare(text: str) -> str:
    return text.replace('"', "").lower()


def fits(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern with `*`, in one pass: a regular expression of many stars would take for ever."""
    first, *others = pattern.split("*")
    if not others:
        return text == first
    last = others.pop()
    if not text.startswith(first) or not text.endswith(last) or len(first) + len(last) > len(text):
        return False
    at, end = len(first), len(text) - len(last)
    for part in others:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
