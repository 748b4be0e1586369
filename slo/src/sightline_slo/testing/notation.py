"""Traffic and errors in one line: `0x6h 20%x30m 0x2h`, that is steps of VALUExDURATION, one after the other.

A value is a rate (`600`, `600/m`, `10/h`, `5/s`; without a unit it is per minute) or, for errors, a share of the
traffic (`20%`). `0%..20%x1h` rises or falls evenly, `100~1000x1d` swings from the first value to the second and back.
The last step may leave its duration out: it then lasts as long as the other series.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sightline_slo import durations
from sightline_slo.backtesting.history import STEP_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

_VALUE = r"[0-9]{1,9}(?:\.[0-9]{1,6})?(?:%|/[smh])?"
_STEP = rf"{_VALUE}(?:(?:\.\.|~){_VALUE})?"
PATTERN = rf"(?:{_STEP}x{durations.PATTERN} +)*{_STEP}(?:x{durations.PATTERN})?"
"""What the whole of a series looks like; the schema of specs says the same."""

LONGEST_S = 100 * 86400
_SERIES = re.compile(PATTERN)
_PARTS = re.compile(rf"({_VALUE})(?:(\.\.|~)({_VALUE}))?(?:x(\S+))?")
_PER_MINUTE = {"s": 60.0, "m": 1.0, "h": 1 / 60}


class NotationError(ValueError):
    """This is no series; the message says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `share` says that the values are shares of the traffic, not events a minute."""

    first: float
    last: float
    shape: Literal["flat", "ramp", "wave"]
    share: bool
    duration_s: int | None

    def values(self, count: int) -> NDArray[np.float64]:
        """Return its value at each of `count` minutes."""
        at = (np.arange(count) + 0.5) / max(count, 1)
        weight = {"flat": np.zeros(count), "ramp": at, "wave": (1 - np.cos(2 * np.pi * at)) / 2}[self.shape]
        return self.first + (self.last - self.first) * weight


@dataclass(frozen=True, slots=True)
class Series:
    """Steps; `text` is how their author wrote them."""

    text: str
    steps: tuple[Step, ...]

    @property
    def duration_s(self) -> int | None:
        """How long it lasts, without a last step that is open; None where there is nothing else."""
        known = [each.duration_s for each in self.steps if each.duration_s is not None]
        return sum(known) if known else None

    @property
    def is_open(self) -> bool:
        """Whether the last step lasts as long as it takes."""
        return self.steps[-1].duration_s is None

    def widths(self, total_s: int) -> list[int]:
        """Return how many minutes each step takes when the whole takes `total_s`."""
        fixed = self.duration_s or 0
        return [(total_s - fixed if each.duration_s is None else each.duration_s) // STEP_S for each in self.steps]


def parse(text: str, *, shares: bool) -> Series:
    """Read a series.

    Raises:
        NotationError: it is none, or holds a share where `shares` are not allowed.
    """
    if not _SERIES.fullmatch(text):
        raise NotationError(f"`{text}` is no series such as `0x6h 20%x30m 0x2h`")
    steps = tuple(_step(part, shares=shares) for part in text.split())
    made = Series(text, steps)
    if (made.duration_s or 0) > LONGEST_S:
        raise NotationError(f"`{text}` lasts longer than {LONGEST_S // 86400} days")
    return made


def _step(part: str, *, shares: bool) -> Step:
    found = _PARTS.fullmatch(part)
    assert found is not None  # noqa: S101 - the whole matched the same pattern
    first, share = _value(found[1])
    last, also = _value(found[3] or found[1])
    if share != also:
        raise NotationError(f"`{part}` mixes a share and a rate")
    if share and not shares:
        raise NotationError(f"`{part}` is a share: traffic is a rate, such as `600/m`")
    if share and max(first, last) > 1:
        raise NotationError(f"`{part}` is more than everything")
    duration = durations.seconds(found[4]) if found[4] else None
    if duration is not None and duration % STEP_S:
        raise NotationError(f"`{part}` is no whole number of minutes")
    shape: Literal["flat", "ramp", "wave"] = "flat"
    if found[2]:
        shape = "ramp" if found[2] == ".." else "wave"
    return Step(first, last, shape, share, duration)


def _value(text: str) -> tuple[float, bool]:
    if text.endswith("%"):
        return float(text[:-1]) / 100, True
    if "/" in text:
        number, unit = text.split("/")
        return float(number) * _PER_MINUTE[unit], False
    return float(text), False


def length_s(traffic: Series, errors: Series) -> int:
    """Return how long the two last together.

    Raises:
        NotationError: both end and not at the same time, both are open, or the open one has no time left.
    """
    lengths = [traffic.duration_s or 0, errors.duration_s or 0]
    if traffic.is_open and errors.is_open:
        raise NotationError("nothing says how long this lasts: give each step of `errors` a duration")
    if not traffic.is_open and not errors.is_open and lengths[0] != lengths[1]:
        spelt = [durations.spell(each, "dhm") for each in lengths]
        raise NotationError(f"the traffic lasts {spelt[0]}, the errors {spelt[1]}")
    whole = lengths[1] if traffic.is_open else lengths[0]
    if (traffic.is_open and lengths[0] >= whole) or (errors.is_open and lengths[1] >= whole):
        raise NotationError("no time is left for the last step")
    return whole


def events(traffic: Series, errors: Series) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[int, int]]:
    """Return the bad and all events of each minute as whole numbers, and the fault as (first minute, minute after).

    Whole: 10/h is one event every six minutes. The fault is the step of `errors` with the largest share of bad events.
    """
    whole = length_s(traffic, errors)
    total = _whole(_joined(traffic, whole))
    wanted, at = [], 0
    spans: list[tuple[int, int]] = []
    for step, width in zip(errors.steps, errors.widths(whole), strict=True):
        values = step.values(width)
        wanted.append(values * total[at : at + width] if step.share else values)
        spans.append((at, at + width))
        at += width
    bad = np.minimum(_whole(np.concatenate(wanted)), total)
    shares = [bad[start:end].sum() / max(total[start:end].sum(), 1) for start, end in spans]
    return bad, total, spans[int(np.argmax(shares))]


def before(traffic: Series, count: int) -> NDArray[np.float64]:
    """Return what was before a scenario: `count` minutes of the traffic that it begins with."""
    return _whole(np.full(count, traffic.steps[0].first))


def _joined(series: Series, whole: int) -> NDArray[np.float64]:
    parts = [step.values(width) for step, width in zip(series.steps, series.widths(whole), strict=True)]
    return np.concatenate(parts)


def _whole(values: NDArray[np.float64]) -> NDArray[np.float64]:
    # A sum of fractions falls short of the whole number that it stands for by some 1e-12.
    steps: NDArray[np.float64] = np.diff(np.floor(np.cumsum(values) + 1e-6), prepend=0.0)
    return steps
