"""What the vendor's rate limits still allow, as its last answers told it: one count for each `X-RateLimit-Name`."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_datadog.patience import asked_wait

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(slots=True)
class _Limit:
    left: int
    until: float


class Budget:
    """Shared by threads. A limit that no answer has told of yet is not held back for."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._limits: dict[str, _Limit] = {}
        self._names: dict[tuple[str, str, int], str] = {}

    def take(self, method: str, path: str) -> float:
        """Take one request of its limit; return how many seconds to wait before it is sent, 0 for none."""
        with self._lock:
            limit = self._limits.get(self._names.get(_route(method, path), ""))
            now = self._clock()
            if limit is None or now >= limit.until:
                return 0.0
            if limit.left > 0:
                limit.left -= 1
                return 0.0
            return limit.until - now

    def learn(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Read what an answer says of its limit; names of headers are lower case."""
        left, wait = headers.get("x-ratelimit-remaining", ""), asked_wait(headers, self._clock())
        if not left.isdigit() or wait is None:
            return
        route = _route(method, path)
        with self._lock:
            name = headers.get("x-ratelimit-name") or "/".join(map(str, route))
            self._names[route] = name
            until = self._clock() + wait
            known = self._limits.get(name)
            # Answers arrive out of order: within a period the least that was told holds.
            same = known is not None and abs(known.until - until) < 1.5
            least = min(known.left, int(left)) if known is not None and same else int(left)
            self._limits[name] = _Limit(least, until)


def _route(method: str, path: str) -> tuple[str, str, int]:
    """A list and one object of it have limits of their own: the family and the number of steps tell them apart."""
    steps = path.split("/")
    return method, "/".join(steps[:4]), len(steps)
