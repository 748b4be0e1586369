"""The vendor's rate-limit headers, and the faults that a test asks for: ASGI middleware around the API."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from typing import TYPE_CHECKING

from sightline_local.api.answers import dumps

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from sightline_local.api.faults import Faults, Rule

_LIMITED = re.compile(
    r"/api/v[12]/(slo|monitor|dashboard|synthetics|downtime|powerpacks|deployment_gates|deployments|query|dora)\b"
)
_PERIOD_S = 60
_LIMIT = 600


class Limits:
    """ASGI middleware. The limits are told and not enforced: nobody waits for a backend of one's own."""

    def __init__(self, app: ASGIApp, faults: Faults, clock: Callable[[], float]) -> None:
        self._app = app
        self._faults = faults
        self._clock = clock
        self._spent: Counter[tuple[str, int]] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the vendor on a bad day where that was asked, else pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        found = _LIMITED.match(path)
        headers = self._headers(found[1]) if found else {}
        rule = self._faults.hit(method, path)
        late = self._faults.late_s(method, path) + (rule.seconds if rule and rule.kind == "slow" else 0)
        if late:
            await asyncio.sleep(late)
        if rule is None or rule.kind == "slow":
            await self._app(scope, receive, _with(send, headers) if headers else send)
            return
        if rule.kind.endswith("-after"):
            await self._app(scope, receive, _swallow)
        if rule.kind.startswith("cut"):
            await _cut(send)
        else:
            await _refuse(send, rule, headers, self._clock())

    def _headers(self, family: str) -> dict[str, str]:
        """Count a request, and return the vendor's headers."""
        now = int(self._clock())
        period = now // _PERIOD_S
        for key in [each for each in self._spent if each[1] != period]:
            del self._spent[key]
        self._spent[family, period] += 1
        return {
            "x-ratelimit-limit": str(_LIMIT),
            "x-ratelimit-period": str(_PERIOD_S),
            "x-ratelimit-remaining": str(max(_LIMIT - self._spent[family, period], 0)),
            "x-ratelimit-reset": str((period + 1) * _PERIOD_S - now),
            "x-ratelimit-name": family,
        }


def _with(send: Send, headers: dict[str, str]) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *_raw(headers)]}
        await send(message)

    return wrapped


async def _swallow(_message: Message) -> None:
    """The answer that the caller never gets, although what it asked for was done."""


async def _cut(send: Send) -> None:
    """Announce more than is sent: the server can only close the connection then."""
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]}
    await send(start)
    await send({"type": "http.response.body", "body": b'{"', "more_body": True})


async def _refuse(send: Send, rule: Rule, headers: dict[str, str], now: float) -> None:
    status = int(rule.kind.partition("-")[0])
    errors = {429: "Too Many Requests", 502: "Bad Gateway", 512: "Server overloaded"}
    body = dumps({"errors": [errors[status]]})
    if status == 429:
        headers = {**headers, "x-ratelimit-remaining": "0", "x-ratelimit-reset": _reset(rule, now)}
    kept = {**headers, "content-type": "application/json", "content-length": str(len(body))}
    await send({"type": "http.response.start", "status": status, "headers": _raw(kept)})
    await send({"type": "http.response.body", "body": body})


def _reset(rule: Rule, now: float) -> str:
    if rule.kind != "429-epoch":
        return f"{rule.seconds:g}"
    return f"{now + rule.seconds:.3f}" if rule.seconds % 1 else str(int(now + rule.seconds) + 1)


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]
