"""Who may ask: Host and Origin against other sites in the same browser, a key against other machines."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from sightline_core.loopback import is_loopback

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "sightline_key"
OPEN_PATHS = frozenset({"/healthz"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of a request.

    Args:
        hosts: names under which the backend may be called besides those of this machine; `*` allows any.
        key: what must be shown for anything but health; None on loopback, where no key is asked.
    """

    hosts: frozenset[str] = frozenset()
    key: str | None = None


class Guard:
    """ASGI middleware. A page of another site can make a browser send requests here; it cannot forge these headers."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _refuse(send, *refusal)
            return
        given = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0]
        if self._rules.key and scope["path"] == "/" and given:
            await _keep_key(send, given)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not self._knows(host):
            # DNS rebinding: a foreign name that suddenly resolves to this machine.
            return 403, f"This backend is not called {host[:200] or '(nothing)'}; --allow-host adds a name"
        origin = headers.get("origin")
        if origin is not None and not _same(origin, host):
            return 403, f"A page of {origin[:200]} may not ask here"
        if self._rules.key is None or scope["path"] in OPEN_PATHS:
            return None
        if not hmac.compare_digest(_key(scope, headers).encode(), self._rules.key.encode()):
            return 403, "Forbidden: a key is needed beyond this machine (header DD-API-KEY, or /?key=… in a browser)"
        return None

    def _knows(self, host: str) -> bool:
        if "*" in self._rules.hosts:
            return True
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return name is not None and (is_loopback(name) or name in self._rules.hosts)


def _same(origin: str, host: str) -> bool:
    try:
        return urlsplit(origin).netloc == host
    except ValueError:
        return False


def _key(scope: Scope, headers: dict[str, str]) -> str:
    if "dd-api-key" in headers:
        return headers["dd-api-key"]
    query = parse_qs(scope["query_string"].decode("latin-1"))
    if scope["path"] == "/" and "key" in query:
        return str(query["key"][0])
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return str(cookie.value) if cookie else ""


async def _refuse(send: Send, status: int, error: str) -> None:
    body = json.dumps({"errors": [error]}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _keep_key(send: Send, key: str) -> None:
    """Move the key out of the address, where it would stay in the browser's history."""
    cookie = f"{COOKIE}={key}; HttpOnly; SameSite=Strict; Path=/"
    headers = [(b"location", b"/"), (b"set-cookie", cookie.encode("latin-1", "replace")), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
