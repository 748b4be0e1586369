"""Durations as people write them: `90s`, `5m`, `1h`, `30d`, `4w`."""

from __future__ import annotations

import re
from functools import lru_cache

PATTERN = "[1-9][0-9]{0,5}(s|m|h|d|w)"
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(PATTERN)


def seconds(text: str) -> int | None:
    """Return the seconds; None for what is no duration."""
    found = _DURATION.fullmatch(text)
    return int(text[:-1]) * _SECONDS[found[1]] if found else None


@lru_cache(maxsize=1024)
def spell(value: int, units: str = "dhms") -> str:
    """Spell seconds in the largest of some units that divides them: `30d`, `6h`, `90m`."""
    for unit in units:
        if value % _SECONDS[unit] == 0:
            return f"{value // _SECONDS[unit]}{unit}"
    raise ValueError(f"{value} seconds are no whole number of any of {units}")
