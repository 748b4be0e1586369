"""The load's own book: what it did to the shop, and what the shop answered.

JSON lines, each written whole by one `write` to a file opened for appending, so a kill at any moment leaves
a file whose complete lines are true. A line cut short (a full disk) is left out by the reader and counted.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


class Fact(StrEnum):
    """What can happen to a customer."""

    VISIT = "visit"
    CART_CREATED = "cart_created"
    CART_EMPTIED = "cart_emptied"
    CART_LEFT = "cart_left"
    CHECKOUT_STARTED = "checkout_started"
    ORDER = "order"
    DECLINED = "declined"
    SYSTEM_FAILURE = "system_failure"
    UNKNOWN = "unknown"
    """The shop never said how a checkout ended, although asked again under the same idempotency key."""
    GAVE_UP = "gave_up"
    """The shop failed before the checkout and the visitor went away."""


class Ledger:
    """The writing side. A fact that a full disk refuses is counted in `lost`: the visitor goes on.

    Args:
        path: the file; made anew.
        clock: Unix seconds.

    Raises:
        OSError: the file cannot be made.
    """

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
        self._clock = clock
        self._torn = False
        self.lost = 0

    def write(self, fact: Fact, visit: int, **detail: Any) -> None:
        """Note one fact; `detail` holds plain values (minor units are integers)."""
        line = {"at": round(self._clock(), 3), "visit": visit, "fact": fact, **detail}
        # The rest of a line that was cut short must not swallow this one.
        data = b"\n" * self._torn + json.dumps(line, separators=(",", ":")).encode() + b"\n"
        try:
            written = os.write(self._descriptor, data)
        except OSError:
            written = 0
        if written < len(data):
            self.lost += 1
            self._torn = self._torn or written > 0
        else:
            self._torn = False

    def close(self) -> None:
        """Close the file; what was written is on it already."""
        os.close(self._descriptor)


@dataclass(slots=True)
class Totals:
    """The sums of a ledger. Money is in minor units, per currency."""

    visits: int = 0
    carts: int = 0
    emptied: int = 0
    left: int = 0
    checkouts: int = 0
    orders: int = 0
    revenue: dict[str, int] = field(default_factory=dict)
    declined: dict[str, int] = field(default_factory=dict)
    system_failures: dict[str, int] = field(default_factory=dict)
    unknown: int = 0
    gave_up: int = 0
    torn_lines: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def totals(lines: Iterable[str]) -> Totals:
    """Add up a ledger's lines."""
    result = Totals()
    for line in lines:
        try:
            entry = json.loads(line)
            fact = Fact(entry["fact"])
            whole = fact is not Fact.ORDER or isinstance(entry.get("total"), int)
        except (ValueError, KeyError, TypeError, RecursionError):
            whole = False
        if not whole:
            result.torn_lines += 1
            continue
        _add(result, fact, entry)
    return result


def read(path: Path) -> Totals:
    """Add up the ledger at `path`.

    Raises:
        OSError: it cannot be read.
    """
    with path.open(encoding="utf-8", errors="replace") as lines:
        return totals(lines)


_COUNTED = {
    Fact.VISIT: "visits",
    Fact.CART_CREATED: "carts",
    Fact.CART_EMPTIED: "emptied",
    Fact.CART_LEFT: "left",
    Fact.CHECKOUT_STARTED: "checkouts",
    Fact.ORDER: "orders",
    Fact.UNKNOWN: "unknown",
    Fact.GAVE_UP: "gave_up",
}


def _add(result: Totals, fact: Fact, entry: dict[str, Any]) -> None:
    if fact in _COUNTED:
        name = _COUNTED[fact]
        setattr(result, name, getattr(result, name) + 1)
    if fact is Fact.ORDER:
        currency = str(entry.get("currency", ""))
        result.revenue[currency] = result.revenue.get(currency, 0) + entry["total"]
    elif fact in {Fact.DECLINED, Fact.SYSTEM_FAILURE}:
        reasons = result.declined if fact is Fact.DECLINED else result.system_failures
        reason = str(entry.get("reason", ""))
        reasons[reason] = reasons.get(reason, 0) + 1
