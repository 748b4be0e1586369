"""The notation of traffic and errors."""

from __future__ import annotations

import re

import numpy as np
import pytest

from sightline_slo.testing.notation import PATTERN, NotationError, events, length_s, parse


def made(traffic: str, errors: str) -> tuple[list[float], list[float], tuple[int, int]]:
    bad, total, fault = events(parse(traffic, shares=False), parse(errors, shares=True))
    return bad.tolist(), total.tolist(), fault


def test_shares_are_of_the_traffic_and_the_fault_is_the_worst_step() -> None:
    """Background failures are none of the fault."""
    bad, total, fault = made("100", "1%x2m 20%x3m 0x1m")
    assert bad == [1, 1, 20, 20, 20, 0]
    assert total == [100] * 6
    assert fault == (2, 5)


@pytest.mark.parametrize(("rate", "minutes"), [("10/h", 60), ("0.5/s", 1), ("600/m", 1), ("7", 1)])
def test_rates_are_whole_events(rate: str, minutes: int) -> None:
    """Ten an hour is one event every six minutes, never a tenth of one."""
    _, total, _ = made(f"{rate}x{minutes}m", "0")
    assert sum(total) == {"10/h": 10, "0.5/s": 30, "600/m": 600, "7": 7}[rate]
    assert all(each == int(each) for each in total)


def test_ramps_and_waves() -> None:
    """A ramp ends where the next step may begin; a wave is where it began after its duration."""
    bad, _, _ = made("1000", "0%..100%x10m")
    assert bad[0] < 100 < bad[1] < bad[-1] == max(bad)
    _, total, _ = made("100~1000x1d", "0")
    assert total[0] == 100
    assert max(total) == 1000
    assert abs(np.argmax(total) - 720) <= 15
    assert abs(sum(total) / 1440 - 550) < 1


def test_more_failures_than_events_are_all_of_them() -> None:
    """Five failures of three events are three."""
    bad, total, _ = made("3x2m", "5x2m")
    assert bad == total == [3, 3]


@pytest.mark.parametrize(
    ("traffic", "errors", "said"),
    [
        ("10%", "0x1m", "is a share"),
        ("10", "110%x1m", "more than everything"),
        ("10", "1%..5x1m", "mixes"),
        ("10", "0", "nothing says how long"),
        ("10x5m", "0x6m", "the traffic lasts 5m, the errors 6m"),
        ("10x5m", "0x5m 1", "no time is left"),
        ("10", "0x90s", "no whole number of minutes"),
        ("10", "0x200d", "longer than 100 days"),
        ("10", "zero", "is no series"),
        ("10", "", "is no series"),
        ("10", "0x1m\n", "is no series"),
    ],
)
def test_what_is_no_series_is_refused_with_the_reason(traffic: str, errors: str, said: str) -> None:
    """In words, never by a guess."""
    with pytest.raises(NotationError, match=re.escape(said)):
        length_s(parse(traffic, shares=False), parse(errors, shares=True))


def test_the_pattern_of_the_schema_takes_what_the_parser_takes() -> None:
    """As far as a pattern can say it."""
    for text in ("0x6h 20%x30m 0x2h", "600/m", "0%..20%x1h 5", "100~1000x1d"):
        assert re.fullmatch(PATTERN, text)
        parse(text, shares=True)
    for text in ("0 6h", "x6h", "20%%x1m", "5/dx1m"):
        assert not re.fullmatch(PATTERN, text)
