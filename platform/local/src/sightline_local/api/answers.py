"""Requests in and answers out, with the vendor's bodies for errors."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

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
        Refusal: it is too large, no JSON, no object, or nested too deep.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > MAX_BODY:
        raise Refusal(413, f"The body is larger than {MAX_BODY} bytes")
    chunks = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY:
            raise Refusal(413, f"The body is larger than {MAX_BODY} bytes")
        chunks.append(chunk)
    try:
        body = json.loads(b"".join(chunks), parse_constant=_refuse_constant)
    except RecursionError:
        raise Refusal(400, "Invalid JSON structure: nested too deep") from None
    except ValueError as error:
        raise Refusal(400, f"Invalid JSON structure: {error}") from None
    if not isinstance(body, dict):
        raise Refusal(400, "Invalid payload: expected a JSON object")
    if _deep(body, MAX_DEPTH):
        raise Refusal(400, "Invalid JSON structure: nested too deep")
    return body


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _deep(value: Any, left: int) -> bool:
    if left == 0:
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_deep(each, left - 1) for each in inner)


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
