"""The vendor's rate-limit headers, and the faults that a test asks for: ASGI middleware around the API."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from sightline_local.api import fields
from sightline_local.api.answers import Refusal, answer, dumps, json_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FAULTS = ("429", "429-epoch", "502-before", "502-after", "512", "slow", "cut")
CONTROL = "/api/local/v1/faults"
_LIMITED = re.compile(r"/api/v[12]/(slo|monitor|dashboard|synthetics|downtime|powerpacks|deployment_gates|query)\b")
_PERIOD_S = 60
_LIMIT = 600
_MAX_SLOW_S = 30.0
_MAX_RULES = 100


@dataclass(slots=True)
class Rule:
    """A fault, for the next `times` requests of a method (any where it is empty) to paths that begin like this one.

    `skip` lets that many of them pass before.
    """

    kind: str
    method: str
    path: str
    times: int
    skip: int
    seconds: float

    def takes(self, method: str, path: str) -> bool:
        """Say whether this request is hit, and count it."""
        if self.times == 0 or not path.startswith(self.path) or self.method not in ("", method):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


@dataclass(slots=True)
class Faults:
    """What a test asked for, kept in memory: a backend that was started anew has none."""

    clock: Callable[[], float]
    rules: list[Rule] = field(default_factory=list)
    spent: Counter[tuple[str, int]] = field(default_factory=Counter)

    def routes(self) -> list[Route]:
        """Return the route by which faults are asked for."""
        return [
            Route(CONTROL, self._set, methods=["PUT"]),
            Route(CONTROL, self._show, methods=["GET"]),
        ]

    async def _set(self, request: Request) -> Response:
        """Replace the faults; an empty list ends them all."""
        given = fields.items(await json_body(request), "faults", dict)
        if len(given) > _MAX_RULES:
            raise Refusal(400, f"more than {_MAX_RULES} faults")
        self.rules = [_rule(each) for each in given]
        return answer(self._shown())

    async def _show(self, _request: Request) -> Response:
        return answer(self._shown())

    def _shown(self) -> dict[str, Any]:
        return {"faults": [{name: getattr(each, name) for name in Rule.__slots__} for each in self.rules]}

    def hit(self, method: str, path: str) -> Rule | None:
        """Return the fault that this request meets."""
        return next((each for each in self.rules if each.takes(method, path)), None)

    def headers(self, family: str) -> dict[str, str]:
        """Count a request, and return the vendor's headers."""
        now = int(self.clock())
        period = now // _PERIOD_S
        for key in [each for each in self.spent if each[1] != period]:
            del self.spent[key]
        self.spent[family, period] += 1
        return {
            "x-ratelimit-limit": str(_LIMIT),
            "x-ratelimit-period": str(_PERIOD_S),
            "x-ratelimit-remaining": str(max(_LIMIT - self.spent[family, period], 0)),
            "x-ratelimit-reset": str((period + 1) * _PERIOD_S - now),
            "x-ratelimit-name": family,
        }


def _rule(given: dict[str, Any]) -> Rule:
    kind = fields.one_of(given, "kind", FAULTS)
    whole = {key: fields.epoch(given.get(key, other), key) for key, other in (("times", 1), ("skip", 0))}
    seconds = fields.number(given.get("seconds", 1.0), "seconds")
    if not 0 <= seconds <= _MAX_SLOW_S:
        raise Refusal(400, f"The value provided for parameter 'seconds' is invalid: expected 0 to {_MAX_SLOW_S:g}")
    method = fields.free_text(given, "method") or ""
    return Rule(kind, method.upper(), str(fields.text(given, "path")), whole["times"], whole["skip"], seconds)


class Limits:
    """ASGI middleware. The limits are told and not enforced: nobody waits for a backend of one's own."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the vendor on a bad day where that was asked, else pass on."""
        found = _LIMITED.match(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        headers = self._faults.headers(found[1])
        rule = self._faults.hit(scope["method"], scope["path"])
        if rule is None or rule.kind == "slow":
            await asyncio.sleep(rule.seconds if rule else 0)
            await self._app(scope, receive, _with(send, headers))
        elif rule.kind == "cut":
            await _cut(send)
        else:
            if rule.kind == "502-after":
                await self._app(scope, receive, _swallow)
            await _refuse(send, rule, headers, self._faults.clock())


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
        at = str(int(now + rule.seconds) + 1) if rule.kind == "429-epoch" else f"{rule.seconds:g}"
        headers = {**headers, "x-ratelimit-remaining": "0", "x-ratelimit-reset": at}
    kept = {**headers, "content-type": "application/json", "content-length": str(len(body))}
    await send({"type": "http.response.start", "status": status, "headers": _raw(kept)})
    await send({"type": "http.response.body", "body": body})


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]
