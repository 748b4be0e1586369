"""Texts and numbers as Go writes them. The expected ones were written by go-yaml v2 and strconv."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sightline_slo.sloth import gofmt, scalars
from sightline_slo.sloth.emit import sorted_keys


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (14.4, "14.4"),
        (6.0, "6"),
        (5.6000000000000005, "5.6000000000000005"),
        (0.9990000000000001, "0.9990000000000001"),
        (999999.0, "999999"),
        (1000000.0, "1e+06"),
        (123456789.0, "1.23456789e+08"),
        (0.0001, "0.0001"),
        (1e-05, "1e-05"),
        (0.0, "0"),
        (-2.5, "-2.5"),
        (1e21, "1e+21"),
        (float("inf"), "+Inf"),
        (float("nan"), "NaN"),
    ],
)
def test_a_float_is_short_and_then_has_an_exponent(number: float, text: str) -> None:
    """From a million on, and below a ten thousandth."""
    assert gofmt.shortest(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_reads_back_as_itself(number: float) -> None:
    """In both spellings."""
    assert float(gofmt.shortest(number)) == number
    assert float(gofmt.plain(number)) == number
    assert "e" not in gofmt.plain(number)


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0s"),
        (300_000, "5m"),
        (28 * 86_400_000, "4w"),
        (30 * 86_400_000, "30d"),
        (5_400_000, "1h30m"),
        (1500, "1s500ms"),
    ],
)
def test_durations_are_prometheus_own(ms: int, text: str) -> None:
    """Weeks and years only where nothing is left; each reads back."""
    assert gofmt.spell(ms) == text
    assert gofmt.duration(text) == ms


@pytest.mark.parametrize("text", ["", "5", "m", "5x", "1m1h", "1h1h", "-5m", "1.5h", "999999999y"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """With Prometheus' rules: units once, from large to small."""
    with pytest.raises(gofmt.DurationError):
        gofmt.duration(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("team", " team"),
        ("2", ' "2"'),
        ("yes", ' "yes"'),
        ("", ' ""'),
        ("1:30", ' "1:30"'),
        ("2020-01-01", ' "2020-01-01"'),
        ("<<", " <<"),
        ("a: b", " 'a: b'"),
        ("it's: x", " 'it''s: x'"),
        ("#x", " '#x'"),
        ("a#b", " a#b"),
        ("a\tb", ' "a\\tb"'),
        (" a", " ' a'"),
        ("a\nb\n", " |\n  a\n  b"),
        ("a\nb", " |-\n  a\n  b"),
        ("a\n\nb\n\n", " |+\n  a\n\n  b\n"),
        ("\na", " |2-\n\n  a"),
        ("a \nb", ' "a \\nb"'),
        ("é", " é"),
        ("😀", ' "\\U0001F600"'),
        ("\xa0", " \xa0"),
        ("0x1f", ' "0x1f"'),
    ],
)
def test_a_text_is_written_as_go_yaml_writes_it(text: str, written: str) -> None:
    """Plain, in single quotes, in double quotes or as a block; a tab and an emoji are escaped."""
    assert scalars.value(text, 2, 4) == written


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.sampled_from([0, 30, 79]))
def test_whatever_is_written_reads_back(text: str, column: int) -> None:
    """By libyaml, unless it is a text that only go-yaml takes for no number (1e3) or for a truth value (y)."""
    document = f"{'k' * column or 'k'}:{scalars.value(text, 2, column + 1)}\n"
    if text in {"=", "<<"} or any(each in text for each in "\r\x85\u2028\u2029"):
        # libyaml makes line ends of these where a quoted text holds them as they are; YAML 1.1 types `=` and `<<`.
        return
    (value,) = yaml.load(document, yaml.CSafeLoader).values()
    assert value == text or not isinstance(value, str)


def test_keys_are_sorted_as_people_do() -> None:
    """Numbers by value, after signs and before letters."""
    keys = ("b", "a10", "a2", "a1", "A", "_x", "a", "a-1", "a.1", "1", "10", "a01", "a00")
    assert sorted_keys(keys) == ("_x", "1", "10", "A", "a", "a-1", "a.1", "a00", "a1", "a01", "a2", "a10", "b")
