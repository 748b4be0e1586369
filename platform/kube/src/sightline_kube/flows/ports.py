"""Sets of ports, by protocol, as ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PROTOCOLS = ("TCP", "UDP", "SCTP")
HIGHEST = 65535

Range = tuple[str, int, int]
"""Protocol, first and last port."""

_SPELLED = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(TCP|UDP|SCTP))?")


@dataclass(frozen=True, slots=True)
class Ports:
    """A set of ports; equal sets are equal values."""

    ranges: tuple[Range, ...] = ()

    @classmethod
    def of(cls, ranges: Iterable[Range]) -> Ports:
        """Join ranges that overlap or touch."""
        joined: list[Range] = []
        for protocol, first, last in sorted(ranges):
            if joined and joined[-1][0] == protocol and first <= joined[-1][2] + 1:
                joined[-1] = (protocol, joined[-1][1], max(joined[-1][2], last))
            else:
                joined.append((protocol, first, last))
        return cls(tuple(joined))

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.ranges)

    def __or__(self, other: Ports) -> Ports:
        """Return those of either."""
        return Ports.of((*self.ranges, *other.ranges))

    def __and__(self, other: Ports) -> Ports:
        """Return those of both."""
        return Ports.of(
            (protocol, max(first, low), min(last, high))
            for protocol, first, last in self.ranges
            for same, low, high in other.ranges
            if protocol == same and max(first, low) <= min(last, high)
        )

    def __sub__(self, other: Ports) -> Ports:
        """Return those of this set alone."""
        kept = list(self.ranges)
        for protocol, low, high in other.ranges:
            kept = [
                (same, *piece)
                for same, first, last in kept
                for piece in (
                    [(first, last)]
                    if same != protocol or high < first or last < low
                    else [(first, low - 1), (high + 1, last)]
                )
                if piece[0] <= piece[1]
            ]
        return Ports.of(kept)

    def __str__(self) -> str:
        """Spell the set as a declaration does, such as `8200/TCP, 1024-2048/UDP`."""
        if self == ALL:
            return "all ports"
        return ", ".join(
            f"all {protocol}" if (first, last) == (1, HIGHEST) else f"{_spell(first, last)}/{protocol}"
            for protocol, first, last in sorted(self.ranges, key=lambda each: (PROTOCOLS.index(each[0]), each[1]))
        )


def _spell(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


ALL = Ports.of((protocol, 1, HIGHEST) for protocol in PROTOCOLS)
NONE = Ports()


def parse(text: str) -> Ports | None:
    """Read `8200`, `53/UDP`, `1024-2048/TCP`, `all` or `all TCP`; None for anything else. TCP is what is meant."""
    if text == "all":
        return ALL
    if text.startswith("all ") and text[4:] in PROTOCOLS:
        return Ports(((text[4:], 1, HIGHEST),))
    found = _SPELLED.fullmatch(text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return Ports(((found[3] or "TCP", first, last),)) if 1 <= first <= last <= HIGHEST else None
