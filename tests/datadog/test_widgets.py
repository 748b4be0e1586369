"""Dashboards are compared widget by widget: what stayed is found again wherever it stands."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sightline_datadog.sync.widgets import keep_widget_ids, pairs, widgets_diff

if TYPE_CHECKING:
    import random


def widget(title: str, metric: str, y: int = 0, **more: Any) -> dict[str, Any]:
    definition = {"type": "timeseries", "title": title, "requests": [{"q": f"avg:{metric}{{*}}"}], **more}
    return {"definition": definition, "layout": {"x": 0, "y": y, "width": 4, "height": 2}}


def group(title: str, *widgets: dict[str, Any]) -> dict[str, Any]:
    return {"definition": {"type": "group", "layout_type": "ordered", "title": title, "widgets": list(widgets)}}


def board(*widgets: dict[str, Any]) -> dict[str, Any]:
    return {"title": "t", "layout_type": "ordered", "widgets": list(widgets)}


def said(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [str(each) for each in widgets_diff(before, after)]


LARGE = board(*(widget(f"w{number}", f"m{number}", number * 2) for number in range(101)))


def test_a_widget_put_on_top_of_a_hundred_and_one_is_one_addition() -> None:
    """The others moved, which is one line."""
    after = copy.deepcopy(LARGE)
    for each in after["widgets"]:
        each["layout"]["y"] += 2
    after["widgets"].insert(0, widget("new", "new"))
    first, second = said(LARGE, after)
    assert first.startswith('widgets[timeseries "new"]: + {')
    assert second == "widgets: 101 widgets moved or resized"


def test_a_changed_query_is_one_field_of_one_widget() -> None:
    """Title and type say which widget it is; the path says where in it."""
    after = copy.deepcopy(LARGE)
    after["widgets"][50]["definition"]["requests"][0]["q"] = "sum:m50{*}"
    assert said(LARGE, after) == ['widgets[timeseries "w50"].requests[0].q: "avg:m50{*}" → "sum:m50{*}"']


def test_a_changed_title_is_one_field_too() -> None:
    """Its queries say which widget it is."""
    after = copy.deepcopy(LARGE)
    after["widgets"][3]["definition"]["title"] = "renamed"
    assert said(LARGE, after) == ['widgets[timeseries "renamed"].title: "w3" → "renamed"']


def test_a_swap_is_a_move() -> None:
    """Two widgets that changed places are one that moved."""
    a, b, c = (widget(name, name) for name in "abc")
    assert said(board(a, b, c), board(b, a, c)) == ["widgets: 1 widget moved or resized"]


def test_groups_are_looked_into() -> None:
    """A widget that is new in a group, and one that went from it, stand under the group's name."""
    before = board(group("red", widget("rate", "r"), widget("errors", "e")))
    after = board(group("red", widget("rate", "r"), widget("latency", "l")))
    first, second = said(before, after)
    assert first.startswith('widgets[group "red"][timeseries "latency"]: + ')
    assert second.startswith('widgets[group "red"][timeseries "errors"]: - ')


def test_fields_of_the_dashboard_come_first() -> None:
    """Its title and its variables are compared as of any object."""
    assert said(board(), {**board(), "title": "u"}) == ['title: "t" → "u"']


def test_ids_stay_with_their_widgets_in_groups_too() -> None:
    """Put one on top, change another's query: every id is where its widget is."""
    there = board(group("red", widget("rate", "r"), widget("errors", "e")), widget("cpu", "c"))
    there["widgets"][0]["id"], there["widgets"][1]["id"] = 1, 2
    for number, each in enumerate(there["widgets"][0]["definition"]["widgets"], 10):
        each["id"] = number
    wanted = board(widget("new", "n"), widget("cpu", "other"), group("red", widget("errors", "e"), widget("rate", "r")))
    kept = keep_widget_ids(wanted, there)["widgets"]
    assert [each.get("id") for each in kept] == [None, 2, 1]
    assert [each["id"] for each in kept[2]["definition"]["widgets"]] == [11, 10]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab "), st.sampled_from("mn")), max_size=8), st.randoms(use_true_random=False)
)
def test_a_shuffle_loses_and_invents_nothing(drawn: list[tuple[str, str]], dice: random.Random) -> None:
    """Whatever the titles and queries, repeats among them: each widget is found once, and the diff is moves alone."""
    old = [widget(title.strip(), metric) for title, metric in drawn]
    new = copy.deepcopy(old)
    dice.shuffle(new)
    found = pairs(old, new)
    assert sorted(each for each in found if each is not None) == list(range(len(old)))
    assert all(line.endswith("moved or resized") for line in said(board(*old), board(*new)))
    assert said(board(*old), board(*old)) == []
