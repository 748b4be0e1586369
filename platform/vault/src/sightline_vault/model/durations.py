"""Durations as Vault writes and takes them."""

from __future__ import annotations

import re

_PART = re.compile(r"(\d+)(h|m|s|d)")
_WHOLE = re.compile(r"(\d+(h|m|s|d))+")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def seconds(text: str) -> int | None:
    """Return the seconds of `1h30m`, `720h`, `7d`; a bare number is seconds. None where it is none of these."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not _WHOLE.fullmatch(text):
        return None
    return sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
