"""JSON:API: what the vendor's newer families wrap their objects in, and how they page."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sightline_local.api.answers import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request


def attributes(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a body.

    Raises:
        Refusal: it is no `{"data": {"attributes": {...}}}`.
    """
    data = body.get("data")
    found = data.get("attributes") if isinstance(data, dict) else None
    if not isinstance(found, dict):
        raise Refusal(400, "API input validation failed: {'data': ['Missing data for required field.']}")
    return dict(found)


def iso(seconds: float) -> str:
    """Write a time as the vendor does."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="microseconds")


def offset_page(request: Request, offset: int, limit: int, total: int | None) -> dict[str, Any]:
    """Return `meta` and `links` of a page that is counted by offset; a family that does not count gives no total."""
    base = str(request.url).partition("?")[0]
    previous = max(offset - limit, 0)

    def at(position: int) -> str:
        return f"{base}?page[offset]={position}&page[limit]={limit}"

    pagination: dict[str, Any] = {
        "offset": offset,
        "first_offset": 0,
        "prev_offset": previous,
        "next_offset": offset + limit,
        "last_offset": None if total is None else max(total - 1, 0) // limit * limit,
        "limit": limit,
        "type": "offset_limit",
    }
    if total is not None:
        pagination["total"] = total
    links = {
        "self": unquote(str(request.url)),
        "last": None,
        "next": at(offset + limit),
        "prev": at(previous) if offset else None,
        "first": at(0),
    }
    return {"meta": {"pagination": pagination}, "links": links}
