"""Checks of bodies that the families share; each message names the field as the vendor does."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sightline_local.api.answers import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MAX_TAGS = 80
MAX_ITEMS = 1000
MAX_TAG = 200
MAX_NAME = 2000
MAX_TEXT = 100_000
LAST_EPOCH = 10**11


def text(body: Mapping[str, Any], key: str, *, required: bool = True, longest: int = MAX_TEXT) -> str | None:
    """Read a text.

    Raises:
        Refusal: it is missing, no text, blank or too long.
    """
    value = body.get(key)
    if value is None and not required:
        return None
    if value is None or value == "":
        raise Refusal(400, f"Required parameter '{key}' is missing")
    if not isinstance(value, str):
        raise Refusal(400, f"The value provided for parameter '{key}' is invalid: expected a string")
    if len(value) > longest:
        raise Refusal(400, f"The value provided for parameter '{key}' is invalid: longer than {longest} characters")
    return value


def named(body: Mapping[str, Any], key: str) -> str:
    """Read a text that must be there, in the words of the vendor's older families.

    Raises:
        Refusal: it is no text, or empty, or too long.
    """
    value = body.get(key)
    if not isinstance(value, str):
        raise Refusal(400, f"'{key}' should be string")
    if not value:
        raise Refusal(400, f"Minimum length of parameter '{key}' should be 1")
    return str(text(body, key, longest=MAX_NAME))


def free_text(body: Mapping[str, Any], key: str) -> str | None:
    """Read a text that may be empty, or null, and is kept as that.

    Raises:
        Refusal: it is no text, or too long.
    """
    return body.get(key) if body.get(key) in (None, "") else text(body, key)


def epoch(value: Any, key: str) -> int:
    """Read a time in seconds.

    Raises:
        Refusal: it is no number, or none that a calendar knows.
    """
    found = number(value, key)
    if not 0 <= found < LAST_EPOCH:
        raise Refusal(400, f"The value provided for parameter '{key}' is invalid: expected a whole number in range")
    return int(found)


def tags(body: Mapping[str, Any]) -> list[str]:
    """Read tags as the vendor keeps them: lower case, each once, sorted.

    Raises:
        Refusal: they are no list of texts, or too many.
    """
    value = body.get("tags")
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Refusal(400, "The value provided for parameter 'tags' is invalid: expected a list of strings")
    if len(value) > MAX_TAGS:
        raise Refusal(400, f"The value provided for parameter 'tags' is invalid: more than {MAX_TAGS} tags")
    return sorted({each.lower()[:MAX_TAG] for each in value})


def mapping(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Read a mapping, empty where it is not there.

    Raises:
        Refusal: it is something else.
    """
    value = body.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refusal(400, f"The value provided for parameter '{key}' is invalid: expected an object")
    return dict(value)


def number(value: Any, key: str) -> float:
    """Read a number.

    Raises:
        Refusal: it is none, or larger than one can be.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal(400, f"The value provided for parameter '{key}' is invalid: expected a number")
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise Refusal(400, f"The value provided for parameter '{key}' is invalid: too large a number")
    return found


def items(body: Mapping[str, Any], key: str, kind: type) -> list[Any]:
    """Read a list of texts or numbers.

    Raises:
        Refusal: it is no list of them, or a long one.
    """
    value = body.get(key)
    if not isinstance(value, list) or not all(isinstance(each, kind) for each in value) or len(value) > MAX_ITEMS:
        word = {int: "numbers", str: "strings", dict: "objects"}[kind]
        raise Refusal(400, f"The value provided for parameter '{key}' is invalid: expected a list of {word}")
    return list(value)


def one_of(body: Mapping[str, Any], key: str, known: Collection[str]) -> str:
    """Read one of a few words.

    Raises:
        Refusal: it is missing or none of them.
    """
    value = body.get(key)
    if not isinstance(value, str) or value not in known:
        raise Refusal(400, f"The value provided for parameter '{key}' is invalid: {str(value)[:100]!r}")
    return value
