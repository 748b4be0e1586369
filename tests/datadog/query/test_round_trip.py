"""Whatever the vendor took parses, and prints back as it was but for white space."""

from __future__ import annotations

import pytest

from sightline_datadog.query import canonical, guessed_type, parse_metric_query, read_monitor_query, tree
from tests.datadog.recordings import metric_queries, monitor_queries

from .fuzz import SAMPLES, fuzz, hold, parser


@pytest.mark.parametrize(("kind", "text"), SAMPLES)
def test_every_dialect_prints_back_as_it_was_written(kind: str, text: str) -> None:
    """Nothing of the spelling is lost: case, quotes, brackets, zeros, the order of windows."""
    assert hold(parser(kind), text)


def test_every_given_metric_query_prints_back() -> None:
    """All of them, a dashboard's legacy lists of queries included."""
    texts = metric_queries()
    assert len(texts) >= 100
    refused = [text for text in texts if not hold(parse_metric_query, text)]
    assert refused == []


def test_every_given_monitor_query_prints_back_and_is_recognised() -> None:
    """All of them, of every type; and without its type each is read as one of the same dialect."""
    found = monitor_queries()
    assert len(found) >= 30
    refused = [each for each in found if not hold(parser(each[0]), each[1])]
    assert refused == []
    for kind, text in found:
        guess = guessed_type(text)
        assert guess is not None
        assert read_monitor_query(guess, text) == read_monitor_query(kind, text)


def test_a_list_of_queries_is_read_as_a_list() -> None:
    """Each part is a query of its own, and their metrics come out in order."""
    found, _ = parse_metric_query("avg:a{*}, 2 * sum:b{*}")
    assert isinstance(found, tree.Listing)
    assert [each.metric for each in tree.queries(found)] == ["a", "b"]


def test_spelling_is_no_part_of_what_a_query_means() -> None:
    """Trees of two spellings are equal, and each prints as it was spelled."""
    pairs = [
        ("avg:a{b:c AND !d:e} * 5.0", "avg:a{b:c and NOT d:e} * 5"),
        ("(avg:a{*})", "avg:a{*}"),
        ("a{x IN (b, c)}", "avg:a{x:(b OR c)}"),
    ]
    for first, second in pairs:
        one, two = parse_metric_query(first)[0], parse_metric_query(second)[0]
        assert one is not None
        assert two is not None
        assert one == two
        assert canonical(one) != canonical(two)


@pytest.mark.slow
def test_random_queries_are_read_back_or_refused_with_a_caret() -> None:
    """A hundred thousand spoilt queries: no crash, no loss, no fault without a place inside the text."""
    counts = fuzz(100_000, seed=20)
    assert counts[True] > 5_000
    assert counts[False] > 50_000
