"""Reads `tests:` of an SLO."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_slo import codes, durations
from sightline_slo.model import Backend, Severity
from sightline_slo.testing.model import Between, Expectation, TestCase
from sightline_slo.testing.notation import NotationError, length_s, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Span
    from sightline_slo.reader import Reader

_TIME = r"(?:0m|[1-9][0-9]{0,5}(?:m|h|d))"
_RANGE = rf"(?:{_TIME}\.\.)?{_TIME}"
EXPECTED = rf"none|{_RANGE}(?:, resets {_RANGE})?"
"""What the whole of an expectation of one severity looks like; the schema of specs says the same."""

_EXPECTED = re.compile(EXPECTED)
_SERIES = "steps of VALUExDURATION, such as 0x6h 20%x30m 0x2h"
_WANTED = "none, or such as 5m..8m, resets 1m..5m"


class TestError(ValueError):
    """A part of a test cannot be read: which (`errors`, `page`, …), why, and what to write."""

    __test__ = False

    def __init__(self, key: str, message: str, help_text: str = "") -> None:
        super().__init__(message)
        self.key = key
        self.message = message
        self.help_text = help_text


def make(
    name: str, traffic: str, errors: str, expect: Mapping[str, str], span: Span, *, on: str | None = None
) -> TestCase:
    """Make a test of what is written.

    Raises:
        TestError: a part of it cannot be read.
    """
    series = []
    for key, text, shares in (("traffic", traffic, False), ("errors", errors, True)):
        try:
            series.append(parse(text, shares=shares))
        except NotationError as error:
            raise TestError(key, str(error), _SERIES) from error
    try:
        length_s(series[0], series[1])
    except NotationError as error:
        raise TestError("errors", str(error)) from error
    expected = {Severity(each): _expectation(each, text) for each, text in expect.items()}
    if on is not None and on not in set(Backend):
        raise TestError("on", f"`{on}` is no backend", f"one of {', '.join(Backend)}")
    return TestCase(name, series[0], series[1], expected, span, None if on is None else Backend(on))


def _expectation(severity: str, text: str) -> Expectation:
    if not _EXPECTED.fullmatch(text):
        raise TestError(severity, f"`{text}` is no expectation", _WANTED)
    fires, _, resets = text.partition(", resets ")
    if fires == "none":
        return Expectation()
    return Expectation(_between(severity, fires), _between(severity, resets) if resets else None)


def _between(severity: str, text: str) -> Between:
    earliest, dots, latest = text.rpartition("..")
    made = Between(_seconds(earliest) if dots else 0, _seconds(latest))
    if made.earliest_s > made.latest_s:
        raise TestError(severity, f"`{text}` ends before it begins")
    return made


def _seconds(text: str) -> int:
    return 0 if text == "0m" else durations.seconds(text) or 0


def read_tests(slo: Reader) -> tuple[TestCase, ...]:
    """Read the tests of an SLO, none where it has no `tests`; what is wrong with one is a finding."""
    if not slo.has("tests"):
        return ()
    made = [test for item in slo.items("tests") if (test := _test(item)) is not None]
    return tuple(made)


def _test(item: Reader) -> TestCase | None:
    name, traffic, errors = (item.text(key, required=True) for key in ("name", "traffic", "errors"))
    on = item.text("on")
    inner = item.inner("expect", required=True)
    expect = {}
    if inner is not None:
        expect = {str(each): text for each in Severity if (text := inner.text(each)) is not None}
        inner.done()
    item.done()
    if name is None or traffic is None or errors is None or inner is None:
        return None
    try:
        return make(name, traffic, errors, expect, item.document.span_of(item.path), on=on)
    except TestError as error:
        place = inner if error.key in expect else item
        place.report(codes.BAD_TEST, error.message, place.span(error.key), "", error.help_text)
        return None
