"""The search of logs and other events as a test on what one of them says.

https://docs.datadoghq.com/logs/explorer/search_syntax/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from sightline_datadog.evaluate.compare import passes
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.matching import fits
from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Mapping

_RANGE = re.compile(r"\[(\S+) TO (\S+)\]$")
_COMPARED = re.compile(r"(>=|<=|>|<)(-?[0-9]+(?:\.[0-9]+)?)$")


def finds(where: tree.Filter, event: Mapping[str, Any]) -> bool:
    """Whether a search finds an event.

    Args:
        where: the search.
        event: what it says, by the name that a search uses: `service`, `status`, `message`, `@http.status_code`, a tag.

    Raises:
        NotEvaluatedError: it searches in a way that is not computed here.
    """
    match where:
        case tree.Term(text=text, negated=negated):
            return _term(text, event) != negated
        case tree.Membership(key=key, values=values, negated=negated):
            return any(_holds(key, value, event) for value in values) != negated
        case tree.All(parts=parts):
            return all(finds(part, event) for part in parts)
        case tree.Any(parts=parts):
            return any(finds(part, event) for part in parts)
        case tree.Not(part=part):
            return not finds(part, event)


def held(name: str, event: Mapping[str, Any]) -> Any:
    """Return what an event says of a facet, with or without the `@` of attributes; None if nothing."""
    bare = name.removeprefix("@")
    return event.get(name, event.get(bare, event.get(f"@{bare}")))


def _term(text: str, event: Mapping[str, Any]) -> bool:
    if text == "*":
        return True
    key, colon, value = text.partition(":")
    if text.startswith(('"', '\\"')) or not colon:
        return _plain(text).lower() in str(event.get("message", "")).lower()
    if "(" in value:
        raise NotEvaluatedError(f"the search `{text}` is not computed here")
    return _holds(key, value, event)


def _holds(key: str, value: str, event: Mapping[str, Any]) -> bool:
    found = held(key, event)
    if found is None:
        return False
    if value == "*":
        return True
    between, compared = _RANGE.match(value), _COMPARED.match(value)
    if not between and not compared:
        return fits(_plain(value).lower(), str(found).lower())
    number = _number(found)
    if number is None:
        return False
    if compared:
        return passes(number, cast("tree.Comparator", compared[1]), float(compared[2]))
    low, high = (None if each == "*" else _number(each) for each in between.groups()) if between else (None, None)
    return (low is None or number >= low) and (high is None or number <= high)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _plain(text: str) -> str:
    return text.replace('\\"', "").replace('"', "")
