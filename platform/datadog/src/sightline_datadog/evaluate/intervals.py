"""Stretches of time, from a second up to but not including another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Interval = tuple[int, int]


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same time as stretches apart from each other, oldest first."""
    result: list[Interval] = []
    for start, end in sorted(each for each in intervals if each[0] < each[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def without(intervals: Iterable[Interval], others: Iterable[Interval]) -> list[Interval]:
    """Return the time that is in `intervals` and in none of the others."""
    result = merged(intervals)
    for start, end in merged(others):
        result = [
            piece
            for one, other in result
            for piece in ((one, min(other, start)), (max(one, end), other))
            if piece[0] < piece[1]
        ]
    return result


def within(intervals: Iterable[Interval], window: Interval) -> list[Interval]:
    """Return the part that is inside a window."""
    start, end = window
    return merged((max(one, start), min(other, end)) for one, other in intervals)


def length(intervals: Iterable[Interval]) -> int:
    """Add up stretches that are apart from each other."""
    return sum(end - start for start, end in intervals)
