"""The console: one page and its bundle, built from npm before the start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, PlainTextResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

STATIC = Path(__file__).parent.parent / "console" / "static"
HEADERS = {
    # Nothing is loaded from elsewhere, nothing inline is run, nobody frames it.
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


def _files(folder: Path) -> dict[str, Path]:
    return {file.name: file for file in folder.iterdir() if file.is_file()} if folder.is_dir() else {}


def routes(folder: Path = STATIC) -> list[Route]:
    """Return a route for the page and one for each file beside it."""

    async def page(_request: Request) -> Response:
        if not (folder / "index.html").is_file():
            return PlainTextResponse("The console is not built: run `make install`.\n", 503)
        return FileResponse(folder / "index.html", headers=HEADERS)

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        # Names are looked up, not opened: `..` in any spelling is just a name that is not there.
        found = (await run_in_threadpool(_files, folder)).get(name)
        return FileResponse(found, headers=HEADERS) if found else PlainTextResponse("Not found\n", 404)

    return [Route("/", page), Route("/{name}", asset)]
