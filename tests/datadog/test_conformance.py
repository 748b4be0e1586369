"""Against what the real vendor took: nothing of it is refused, and reading it loses nothing."""

from __future__ import annotations

from typing import Any

import pytest

from sightline_datadog.checks import check
from sightline_datadog.documents import Document, Kind
from sightline_datadog.evaluate.monitor import evaluate_monitor
from sightline_datadog.evaluate.states import State
from sightline_datadog.normalise.compare import compared
from sightline_datadog.query import canonical, parse_metric_query, parse_monitor_query
from sightline_datadog.sync.diff import diff

from .in_memory import Numbers
from .recordings import creates, metric_queries, monitor_queries


def test_every_monitor_query_is_parsed_or_known_not_to_be() -> None:
    """No monitor that the vendor took is called wrong; what is parsed prints back to an equal tree."""
    found = monitor_queries()
    assert len(found) >= 30
    wrong = [(kind, text, problems) for kind, text in found if (problems := parse_monitor_query(kind, text)[1])]
    assert wrong == []
    parsed = [(kind, tree) for kind, text in found if (tree := parse_monitor_query(kind, text)[0]) is not None]
    assert len(parsed) >= len(found) // 3
    for kind, tree in parsed:
        again, _ = parse_monitor_query(kind, canonical(tree))
        assert again == tree
        assert again is not None
        assert canonical(again) == canonical(tree)


def test_every_metric_query_prints_back_to_an_equal_tree() -> None:
    """Of the metric queries of real dashboards and SLOs 99 % parse; printing and parsing them changes nothing more."""
    texts = metric_queries()
    assert len(texts) >= 100
    parsed = [found for text in texts if (found := parse_metric_query(text)[0]) is not None]
    assert len(parsed) >= 0.99 * len(texts)
    for tree in parsed:
        text = canonical(tree)
        again, problems = parse_metric_query(text)
        assert (again, problems) == (tree, ())
        assert canonical(tree) == text


RECORDED = [kind for kind in Kind if kind is not Kind.METRIC]


def test_there_are_creates_to_hold_to() -> None:
    """A family that is not recorded is passed by no test; of the great ones there must be some."""
    counts = {kind: len(creates(kind)) for kind in RECORDED}
    print({str(kind): count for kind, count in counts.items()})  # noqa: T201 - which families were there to be held to
    assert all(counts[kind] for kind in (Kind.SLO, Kind.MONITOR, Kind.DASHBOARD))


@pytest.mark.parametrize("kind", RECORDED)
def test_recorded_creates_plan_empty(kind: Kind) -> None:
    """Of every recorded create, what was sent and what came back are equal once made comparable."""
    differing = {}
    for name, sent, came in creates(kind):
        both = compared(kind, came, sent)
        if both.before != both.after:
            differing[name] = [str(field) for field in diff(both.before, both.after)]
    assert differing == {}


@pytest.mark.parametrize("kind", RECORDED)
def test_a_field_of_tomorrow_is_told_and_counts_for_nothing(kind: Kind) -> None:
    """Added by the server to every mapping of every answer, it makes no difference, and is reported once a place."""
    for name, sent, came in creates(kind):
        both = compared(kind, _with_news(came), sent)
        assert both.before == both.after, name
        assert "a_field_of_tomorrow" in both.unknown, name
        assert len(set(both.unknown)) == len(both.unknown)


def _with_news(value: Any) -> Any:
    if isinstance(value, dict):
        return {**{key: _with_news(each) for key, each in value.items()}, "a_field_of_tomorrow": {"some": ["thing"]}}
    return [_with_news(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("kind", RECORDED)
def test_recorded_creates_pass_the_checks(kind: Kind) -> None:
    """No rule refuses what the vendor took."""
    findings = [
        f"{name}: {finding.message}"
        for name, sent, _ in creates(kind)
        for finding in check([Document(kind, name, sent)])
        if finding.is_error
    ]
    assert findings == []


def test_no_recorded_monitor_is_ok_without_numbers() -> None:
    """On an empty store each is without data, keeps its state, or is not evaluated; none crashes, none passes.

    A count is zero where nothing was counted, so that only such a monitor may be OK.
    """
    states = {
        name: evaluate_monitor(sent, lambda _id: None, 1_000_000, Numbers()).state
        for name, sent, _ in creates(Kind.MONITOR)
        if ".as_count()" not in str(sent["query"])
    }
    assert len(states) >= 10
    assert State.NOT_EVALUATED in states.values()
    assert not {State.OK, State.ALERT, State.WARN} & set(states.values())
