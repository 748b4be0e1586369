"""Reads what a client sent, strictly: a wrong type, an unknown key, a text of a megabyte are all a 422."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.routing import BaseConverter

from sightline_service.problems import Problem, invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# JSON can spell NUL, which PostgreSQL cannot hold, and half of a surrogate pair, which no encoding can.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class IdConverter(BaseConverter):
    """`<id:name>` in a route: whatever else stands there is no such page."""

    regex = _ID.pattern


def idempotency_key() -> str:
    """Return the request's idempotency key.

    Raises:
        Problem: 400 without a usable one.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        detail = "Send the header Idempotency-Key with 1 to 64 letters, digits or any of _ . : -"
        raise Problem(400, "no-key", "An idempotency key is needed", detail)
    return key


def json_object(*known: str) -> dict[str, Any]:
    """Return the request's JSON object; keys beyond `known` are refused.

    Raises:
        Problem: 415 without JSON, 400 with broken JSON, 422 with anything but an object of known keys.
    """
    if not request.is_json:
        raise Problem(415, "unsupported-media-type", "Unsupported media type", "Send application/json.")
    try:
        value = request.get_json(cache=False)
    except RecursionError:
        raise Problem(400, "bad-json", "Bad JSON", "It is nested too deep.") from None
    if not isinstance(value, dict):
        raise invalid("Expected a JSON object.")
    for key in value:
        if key not in known:
            raise invalid(f"Unknown member `{str(key)[:80]}`.", allowed=sorted(known))
    return value


def text(value: Mapping[str, Any], key: str, *, longest: int = 200, shortest: int = 1) -> str:
    """Return a text.

    Raises:
        Problem: 422 where it is none, or too short or too long.
    """
    found = value.get(key)
    if not isinstance(found, str) or not shortest <= len(found) <= longest or _UNSTORABLE.search(found):
        raise invalid(f"`{key}` must be a text of {shortest} to {longest} characters.", member=key)
    return found


def is_id(found: str) -> bool:
    """Whether a text can be an id."""
    return _ID.fullmatch(found) is not None


def identifier(value: Mapping[str, Any], key: str) -> str:
    """Return an id.

    Raises:
        Problem: 422 where it is none.
    """
    found = text(value, key, longest=64)
    if not is_id(found):
        raise invalid(f"`{key}` must be made of letters, digits, `-` and `_`.", member=key)
    return found


def integer(value: Mapping[str, Any], key: str, *, lowest: int, highest: int) -> int:
    """Return a whole number.

    Raises:
        Problem: 422 where it is none, or out of range.
    """
    found = value.get(key)
    if isinstance(found, bool) or not isinstance(found, int) or not lowest <= found <= highest:
        raise invalid(f"`{key}` must be a whole number from {lowest} to {highest}.", member=key)
    return found
