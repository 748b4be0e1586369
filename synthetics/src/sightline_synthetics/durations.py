"""Durations as people write them on a command line."""

from __future__ import annotations

import re

import click

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
LONGEST_S = 366 * 86400.0
_PART = re.compile(r"(\d+(?:\.\d+)?)([smh])")


def seconds(text: str) -> float:
    """Read `90s`, `10m`, `1h30m` or a plain number of seconds.

    Raises:
        ValueError: it is none of these, not longer than nothing, or longer than a year.
    """
    plain = text.strip().lower()
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        total = float(plain)
    elif _PART.sub("", plain) == "" and plain:
        total = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(plain))
    else:
        raise ValueError(f"{text!r} is no duration: write 90s, 10m or 1h30m")
    if total <= 0:
        raise ValueError(f"{text!r} is no time at all")
    if total > LONGEST_S:
        raise ValueError(f"{text[:40]!r} is longer than a year")
    return total


class Duration(click.ParamType[float]):
    """A click type for `seconds`."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Convert text; a number is taken as seconds."""
        if isinstance(value, int | float):
            return float(value)
        try:
            return seconds(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
