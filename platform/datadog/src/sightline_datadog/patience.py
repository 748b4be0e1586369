"""How long to wait before asking again, and when not to: pure arithmetic of an answer, a clock and dice."""

from __future__ import annotations

import random
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
"""The methods that may be sent twice: the second time changes nothing. Never POST, which makes two objects of one."""

_BUSY = 429
BROKEN = frozenset({408, 500, 502, 503, 504, 512})
"""What says nothing of what was done; 512 is the vendor's edge when it is overloaded (datadog-sync-cli)."""
_RESETS = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset", "retry-after")
_FIRST_EPOCH = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long.

    `attempts` counts the first one; no single wait is longer than `longest_s`. `dice` gives [0, 1): clients that were
    turned away together must not come back together.
    """

    attempts: int = 5
    first_s: float = 1.0
    longest_s: float = 90.0
    dice: Callable[[], float] = random.random

    def backoff(self, attempt: int) -> float:
        """Return the wait after the n-th attempt: it doubles, and the dice take up to half of it away."""
        whole: float = min(self.first_s * 2 ** (attempt - 1), self.longest_s)
        return whole * (1 - self.dice() / 2)

    def pause(self, method: str, status: int, headers: Mapping[str, str], attempt: int, now: float) -> float | None:
        """Return how long to wait before the request is sent again; None where it is not.

        A 429 was not done, whatever was asked, and says when to come back. What broke may have been done, so that only
        an idempotent request is sent again.
        """
        if attempt >= self.attempts:
            return None
        if status == _BUSY:
            asked = asked_wait(headers, now)
            return min(asked, self.longest_s) if asked is not None else self.backoff(attempt)
        if status in BROKEN and method in IDEMPOTENT:
            return self.backoff(attempt)
        return None


def asked_wait(headers: Mapping[str, str], now: float) -> float | None:
    """Read the seconds to wait out of headers with lower-case names; None where they do not say.

    The vendor's is whole seconds or fractions; clients of its own have met the epoch at which to come back
    (dd-trace-py#17170). Proxies say `Retry-After`, in seconds or as a date.
    """
    for name in _RESETS:
        text = headers.get(name, "").strip()
        try:
            seconds = float(text)
        except ValueError:
            seconds = _date(text) if name == "retry-after" else float("nan")
        if seconds > _FIRST_EPOCH:
            seconds -= now
        if seconds == seconds and seconds != float("inf"):  # noqa: PLR0124 - NaN, which a header can spell, equals nothing
            return max(seconds, 0.0)
    return None


def _date(text: str) -> float:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return float("nan")
