"""Numbers as people and vendors write them."""

from __future__ import annotations


def plain(value: float) -> float:
    """Return 6 for 6.0."""
    return int(value) if value == int(value) else value


def number(value: float) -> str:
    """Return every digit of a number, and no `.0`."""
    return repr(plain(value))
