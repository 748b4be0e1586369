"""Durations as Go prints them, which is how some of Vault's endpoints answer: `24h0m0s`, `1.5s`, `250ms`."""

from __future__ import annotations

import re

_UNITS = {"h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9, "d": 86_400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s|d)")


def in_seconds(text: str) -> int | float | str:
    """Return the seconds, whole where they are; a text that is no duration comes back as it is."""
    if text.isascii() and text.isdigit():
        return int(text)
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return text
    total = sum(float(number) * _UNITS[unit] for number, unit in parts)
    return int(total) if total == int(total) else total
