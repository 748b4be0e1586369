"""`/api/v1/validate`: whether the keys are good, which `guard` has asked already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from sightline_local.api.answers import answer

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def routes() -> list[Route]:
    """Return the route."""

    async def validate(_request: Request) -> Response:
        return answer({"valid": True})

    return [Route("/api/v1/validate", validate, methods=["GET"])]
