"""Values, times and statuses as a test file writes them.

Values follow promtool's notation (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/):
`1 2 3` as they stand, `0+10x3` is `0 10 20 30`, `5x3` is `5 5 5 5`, `_` is a gap and `_x3` three of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STATUSES = {"OK": 0, "WARNING": 1, "WARN": 1, "CRITICAL": 2, "UNKNOWN": 3}
"""https://docs.datadoghq.com/api/latest/service-checks/: the numbers of a check's statuses."""

MOST_VALUES = 2_000_000
_NUMBER = r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?"
_STEP = re.compile(rf"(?P<first>{_NUMBER})(?:(?P<sign>[-+])(?P<by>{_NUMBER}))?(?:x(?P<times>[0-9]{{1,7}}))?")
_GAP = re.compile(r"_(?:x(?P<times>[0-9]{1,7}))?")
_STATUS = re.compile(r"(?P<name>[A-Za-z]+|_)(?:x(?P<times>[0-9]{1,7}))?")
_DURATION = re.compile(r"(?:([0-9]{1,6})w)?(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?")
_UNITS = (604800, 86400, 3600, 60, 1)


class NotationError(ValueError):
    """This cannot be read: why, and at which characters of the text."""

    def __init__(self, message: str, at: tuple[int, int] = (0, 0)) -> None:
        super().__init__(message)
        self.at = at


def values(text: str) -> list[float | None]:
    """Read the values of a series; None is a gap.

    Raises:
        NotationError: a step cannot be read, or there are too many.
    """
    found: list[float | None] = []
    for step, at in _steps(text):
        gap, numbers = _GAP.fullmatch(step), _STEP.fullmatch(step)
        if gap:
            found += [None] * int(gap["times"] or 1)
        elif numbers:
            first, times = float(numbers["first"]), int(numbers["times"] or 0)
            by = float(numbers["by"] or 0) * (-1 if numbers["sign"] == "-" else 1)
            if numbers["by"] and not numbers["times"]:
                raise NotationError(f"`{step}` does not say how often: write `{step}x10`", at)
            found += [first + by * index for index in range(times + 1)]
        else:
            raise NotationError(f"`{step}` is no step such as `0+10x30`, `5x10`, `7` or `_x5`", at)
        _bounded(found, at)
    return found


def statuses(text: str) -> list[int | None]:
    """Read the statuses of a check, `OKx10 CRITICALx3 _x2`; a name alone is one run of the check.

    Raises:
        NotationError: a step cannot be read, or there are too many.
    """
    found: list[int | None] = []
    for step, at in _steps(text):
        read = _STATUS.fullmatch(step)
        name = read["name"].upper() if read else ""
        if read is None or (name != "_" and name not in STATUSES):
            raise NotationError(f"`{step}` is no status such as `OKx10`, `WARNING`, `CRITICALx3`, `UNKNOWN` or `_`", at)
        found += [STATUSES.get(name)] * int(read["times"] or 1)
        _bounded(found, at)
    return found


def _steps(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    steps = [(found.group(), found.span()) for found in re.finditer(r"\S+", text)]
    if not steps:
        raise NotationError("there is no value in it", (0, len(text)))
    yield from steps


def _bounded(found: list[float | None] | list[int | None], at: tuple[int, int]) -> None:
    if len(found) > MOST_VALUES:
        raise NotationError(f"more than {MOST_VALUES} values", at)


def seconds(text: str) -> int:
    """Read a duration such as `90s`, `5m` or `1h30m`.

    Raises:
        NotationError: it is none.
    """
    found = _DURATION.fullmatch(text.strip())
    if not text.strip() or found is None:
        raise NotationError(f"`{text}` is no duration such as `90s`, `5m` or `1h30m`", (0, len(text)))
    return sum(int(each or 0) * unit for each, unit in zip(found.groups(), _UNITS, strict=True))


def span(text: str) -> tuple[int, int]:
    """Read a time or a range of times, both ends included: `5m` or `5m..1h`.

    Raises:
        NotationError: it is none.
    """
    first, dots, last = text.partition("..")
    start = seconds(first)
    end = seconds(last) if dots else start
    if end < start:
        raise NotationError(f"`{text}` ends before it begins", (0, len(text)))
    return start, end


def spell(value: int) -> str:
    """Write seconds as a test file does: `1h30m`, `45s`, `0m`."""
    if value == 0:
        return "0m"
    parts, rest = [], value
    for unit, letter in zip(_UNITS[1:], "dhms", strict=True):
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count}{letter}")
    return "".join(parts)
