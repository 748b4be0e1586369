"""Requests in and answers out, with the vendor's bodies for errors."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from sightline_local.intake.bodies import RefusedError, read_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

MAX_BODY = 8 * 1024 * 1024
MAX_DEPTH = 64


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error of ours
    """Ends a request with the vendor's `{"errors": [...]}`."""

    def __init__(self, status: int, *errors: str, body: Mapping[str, Any] | None = None) -> None:
        super().__init__("; ".join(errors))
        self.status = status
        self.body = body if body is not None else {"errors": list(errors)}


def answer(body: Any, status: int = 200) -> Response:
    """Return JSON; a number that JSON cannot hold becomes null."""
    return Response(dumps(body), status, media_type="application/json")


def dumps(body: Any) -> bytes:
    """Serialise strictly: NaN and infinities are no JSON, and browsers refuse them."""
    try:
        return json.dumps(body, allow_nan=False, separators=(",", ":")).encode()
    except ValueError:
        return json.dumps(_finite(body), allow_nan=False, separators=(",", ":")).encode()


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value


async def json_body(request: Request) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        Refusal: it is too large, not all there, no JSON, no object, nested too deep, or holds what cannot be kept.
    """
    try:
        raw = await read_body(request, MAX_BODY)
    except RefusedError as error:
        raise Refusal(error.status, f"Invalid payload: {error.reason}") from None
    try:
        body = json.loads(raw, parse_constant=_refuse_constant, parse_float=_float, parse_int=_int)
    except RecursionError:
        raise Refusal(400, "Invalid JSON structure: nested too deep") from None
    except ValueError as error:
        raise Refusal(400, f"Invalid JSON structure: {error}") from None
    if not isinstance(body, dict):
        raise Refusal(400, "Invalid payload: expected a JSON object")
    _check(body, MAX_DEPTH)
    return body


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is larger than a number can be")
    return value


def _int(text: str) -> int:
    if len(text) > 20:
        raise ValueError(f"{text[:20]}… is larger than a number can be")
    return int(text)


def _check(value: Any, left: int) -> None:
    """Refuse what is nested too deep, and halves of characters, which no database takes."""
    if left == 0:
        raise Refusal(400, "Invalid JSON structure: nested too deep")
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Refusal(400, "Invalid JSON structure: half of a surrogate pair in a text") from None
    elif isinstance(value, dict):
        for key, each in value.items():
            _check(key, left)
            _check(each, left - 1)
    elif isinstance(value, list):
        for each in value:
            _check(each, left - 1)


def integer(request: Request, name: str, default: int, *, highest: int) -> int:
    """Read a number from the query string.

    Raises:
        Refusal: it is none, or negative.
    """
    text = request.query_params.get(name)
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Refusal(400, f"The value provided for parameter '{name}' is invalid")
    return min(int(text), highest)


def names(request: Request, name: str) -> list[str]:
    """Read a list of texts separated by commas."""
    return [each.strip() for each in request.query_params.get(name, "").split(",") if each.strip()]
