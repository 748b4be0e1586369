"""A bad day at the vendor's, asked for by a test: `PUT /api/local/v1/faults` with `{"faults": [...], "latency": ...}`.

It replaces what was asked before, so an empty list ends it; `GET` shows the rules with what is left of them. The first
rule of the list that takes a request decides. A rule is an object of:

| key | meaning |
|---|---|
| `kind` | see below |
| `path` | the beginning of a path, or all of it as a pattern where it has a `*` (`/api/v1/*/validate`) |
| `method` | empty: any |
| `skip` | let so many requests pass before (0) |
| `times` | hit so many (1); `null`: without end |
| `probability` | hit each with this chance (1.0), by dice from `seed` (0): the same requests, the same hits |
| `seconds` | the wait of `slow`, the reset of `429`; fractions are kept (1.0) |

| kind | what the client sees | was it done? |
|---|---|---|
| `429` | 429, `X-RateLimit-Reset` in seconds from now, with its fraction | no |
| `429-epoch` | 429, `X-RateLimit-Reset` as the time of the reset, with its fraction where `seconds` has one | no |
| `502-before` | 502 | no |
| `502-after` | 502 | yes |
| `512` | the vendor's 512 of an overloaded server | no |
| `slow` | the answer, `seconds` late | yes |
| `cut` | a connection that ends within the answer | no |
| `cut-after` | the same | yes |

Rules are for `/api/v1` and `/api/v2` only. `"latency": "recorded"` makes each answer as late as the vendor's recorded
median for that route (`latency`), whatever the rules; `null` ends it.
"""

from __future__ import annotations

import fnmatch
import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from sightline_local.api import fields
from sightline_local.api.answers import Refusal, answer, json_body
from sightline_local.api.latency import recorded_s

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

KINDS = ("429", "429-epoch", "502-before", "502-after", "512", "slow", "cut", "cut-after")
CONTROL = "/api/local/v1/faults"
PROFILES = ("recorded",)
MAX_SLOW_S = 30.0
MAX_RULES = 100


@dataclass(slots=True)
class Rule:
    """One rule of the module's table; `times` is None where it has no end."""

    kind: str
    method: str
    path: str
    times: int | None
    skip: int
    seconds: float
    probability: float
    seed: int
    dice: random.Random = field(repr=False)

    def takes(self, method: str, path: str) -> bool:
        """Say whether this request is hit, and count it."""
        if self.times == 0 or self.method not in ("", method) or not self._names(path):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.dice.random() >= self.probability:
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def _names(self, path: str) -> bool:
        return fnmatch.fnmatchcase(path, self.path) if "*" in self.path else path.startswith(self.path)

    def shown(self) -> dict[str, Any]:
        """Return it as it could be asked for again, with what is left of it."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "dice"}


@dataclass(slots=True)
class Faults:
    """What a test asked for, kept in memory: a backend that was started anew has none."""

    rules: list[Rule] = field(default_factory=list)
    latency: str | None = None

    def routes(self) -> list[Route]:
        """Return the route by which faults are asked for."""
        return [
            Route(CONTROL, self._set, methods=["PUT"]),
            Route(CONTROL, self._show, methods=["GET"]),
        ]

    async def _set(self, request: Request) -> Response:
        """Replace the faults; an empty list ends them all."""
        body = await json_body(request)
        given = fields.items(body, "faults", dict)
        if len(given) > MAX_RULES:
            raise Refusal(400, f"more than {MAX_RULES} faults")
        latency = None if body.get("latency") is None else fields.one_of(body, "latency", PROFILES)
        self.rules, self.latency = [_rule(each) for each in given], latency
        return answer(self._shown())

    async def _show(self, _request: Request) -> Response:
        return answer(self._shown())

    def _shown(self) -> dict[str, Any]:
        return {"faults": [each.shown() for each in self.rules], "latency": self.latency}

    def hit(self, method: str, path: str) -> Rule | None:
        """Return the fault that this request meets."""
        if not re.match(r"/api/v[12]/", path):
            return None
        return next((each for each in self.rules if each.takes(method, path)), None)

    def late_s(self, method: str, path: str) -> float:
        """Return how late the profile makes the answer, in seconds."""
        return recorded_s(method, path) if self.latency else 0.0


def _rule(given: dict[str, Any]) -> Rule:
    kind = fields.one_of(given, "kind", KINDS)
    skip, seed = (fields.epoch(given.get(key, 0), key) for key in ("skip", "seed"))
    times = None if given.get("times", 1) is None else fields.epoch(given.get("times", 1), "times")
    method = fields.free_text(given, "method") or ""
    return Rule(
        kind,
        method.upper(),
        str(fields.text(given, "path")),
        times,
        skip,
        _between(given, "seconds", MAX_SLOW_S),
        _between(given, "probability", 1.0),
        seed,
        random.Random(seed),  # noqa: S311 - dice that fall the same way again are what is wanted
    )


def _between(given: dict[str, Any], key: str, highest: float) -> float:
    value = fields.number(given.get(key, 1.0), key)
    if not 0 <= value <= highest:
        raise Refusal(400, f"The value provided for parameter '{key}' is invalid: expected 0 to {highest:g}")
    return value
