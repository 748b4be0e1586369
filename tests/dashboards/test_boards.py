"""The boards as they are pushed, and the layout that places their widgets."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_core.envelope import dumps
from sightline_dashboards import compile as compiler
from sightline_dashboards.checks import placement
from sightline_dashboards.compile import compile_boards, keys
from sightline_dashboards.layout import Group, place
from sightline_dashboards.widgets import COLUMNS, Widget, note, slo, timeseries, toplist, value
from sightline_datadog.checks import check
from tests.support.golden import hold

WIDGETS = st.builds(
    lambda width, height, kind: Widget({"type": kind, "title": f"{width}x{height}"}, width, height),
    st.integers(4, COLUMNS),
    st.integers(1, 6),
    st.sampled_from(["timeseries", "note", "toplist"]),
)


@pytest.mark.parametrize("key", keys())
def test_each_board_is_its_golden_file_and_clean(key: str) -> None:
    """Key for key, without findings of its own checks or of Datadog's, and the same each time."""
    (document,), findings, _ = compile_boards([key])
    assert findings == []
    assert check([document]) == []
    assert json.dumps(compile_boards([key])[0][0].body) == json.dumps(document.body)
    hold(Path(__file__).parent / "golden" / f"{key}.json", dumps(document.body))


@given(st.lists(st.lists(WIDGETS, min_size=1, max_size=9), min_size=1, max_size=4))
def test_the_layout_loses_nothing_and_overlaps_nothing(groups: list[list[Widget]]) -> None:
    """Whatever the widgets' sizes, all are placed within the columns, in their order, none on another."""
    placed = place([Group("g", "white", tuple(each)) for each in groups])
    assert list(placement.check({"widgets": placed})) == []
    inside = [widget["definition"]["widgets"] for widget in placed]
    assert [[each["definition"]["title"] for each in widgets] for widgets in inside] == [
        [each.definition["title"] for each in widgets] for widgets in groups
    ]
    for widget, widgets in zip(placed, inside, strict=True):
        lowest = max(each["layout"]["y"] + each["layout"]["height"] for each in widgets)
        assert widget["layout"]["height"] == lowest + 1
    for above, below in pairwise(placed):
        assert below["layout"]["y"] == above["layout"]["y"] + above["layout"]["height"]


COUNT = "sum:a{*}.as_count()"


def body(*widgets: Widget, variables: tuple[str, ...] = ()) -> dict[str, Any]:
    declared = [{"name": each} for each in variables]
    return {"template_variables": declared, "widgets": place([Group("g", "white", widgets)])}


@pytest.mark.parametrize(
    ("board", "found"),
    [
        (body(timeseries("t", {"a": COUNT}), toplist("l", {"a": COUNT}, "a"), note("n"), slo("s", "x")), []),
        (body(value("v", {"a": COUNT, "b": COUNT}, "a / b * 100 + abs(a)")), []),
        (body(timeseries("t", {"a": COUNT}, width=14)), ["DASH001"]),
        (body(timeseries("t", {"a": COUNT}, width=3)), ["DASH001"]),
        (body(value("v", {"a": COUNT}, "a / c")), ["DASH002"]),
        (body(value("v", {"a": "sum:a{"}, "a")), ["DASH002"]),
        (body(value("v", {"a": "sum:a{$env}"}, "a")), ["DASH003"]),
        (body(value("v", {"a": "sum:a{$env}"}, "a"), variables=("env",)), []),
        (body(note("n"), variables=("env",)), ["DASH003"]),
        (body(slo("s", "x"), note("n", height=0)), []),
    ],
)
def test_checks_find_what_they_are_for_and_nothing_else(board: dict[str, Any], found: list[str]) -> None:
    """One fault, one code; what is right has none."""

    class Module:
        KEY = "k"
        __file__ = __file__

        @staticmethod
        def build() -> dict[str, Any]:
            return board

    _, findings, sources = compiler.compile_modules([Module])
    assert [each.code for each in findings] == found
    for finding in findings:
        assert finding.span is not None
        assert "def build" in sources[finding.span.file].splitlines()[finding.span.line]


def test_two_widgets_on_one_place_overlap() -> None:
    """A board that places by hand is looked at too, inside of groups as well."""
    layout = {"x": 0, "y": 0, "width": 4, "height": 2}
    pair = [{"definition": {"type": "note", "title": title}, "layout": layout} for title in ("one", "two")]
    assert list(placement.check({"widgets": pair})) == ["`one` and `two` overlap"]
    group = {"definition": {"type": "group", "title": "g", "widgets": pair}, "layout": layout}
    assert list(placement.check({"widgets": [group]})) == ["`one` and `two` overlap"]
