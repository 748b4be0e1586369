"""What the dialects of monitors mean, and where they are wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sightline_datadog.query import alerts, canonical, parse_formula, parse_monitor_query, read_monitor_query, tree
from sightline_datadog.query.scanner import MAX_OPERATORS

LOGS = 'logs("{}").index("main").rollup("count").last("5m") > 2'


def search(text: str) -> tree.Filter:
    found, problems = read_monitor_query("log alert", LOGS.format(text))
    assert problems == ()
    assert isinstance(found, alerts.SearchAlert)
    return found.where


def test_a_search_binds_as_the_vendor_says() -> None:
    """AND, written or not, binds tighter than OR; a NOT takes one term."""
    a, b, c = tree.Term("a:b"), tree.Term("c"), tree.Term("@d:[1 TO 5]")
    assert search("a:b c OR @d:[1 TO 5]") == tree.Any((tree.All((a, b)), c))
    assert search("a:b AND (c OR @d:[1 TO 5])") == tree.All((a, tree.Any((b, c))))
    assert search("-a:b NOT c") == tree.All((tree.Term("a:b", negated=True), tree.Term("c", negated=True)))
    assert search("NOT (a:b c)") == tree.Not(tree.All((a, b)))
    assert search("service:(x OR y)") == tree.Membership("service", ("x", "y"))
    assert search("") == tree.All(())


def test_a_composite_binds_as_the_vendor_says() -> None:
    """`&&` binds tighter than `||`, `!` tightest; the terms are the ids."""
    found, _ = read_monitor_query("composite", "1 || 2 && !3")
    one, two, three = tree.Term("1"), tree.Term("2"), tree.Term("3", negated=True)
    assert found == alerts.Composite(tree.Any((one, tree.All((two, three)))))


def test_parts_of_a_log_alert_come_out() -> None:
    """Source, calls with their arguments, comparison."""
    found, _ = read_monitor_query("log alert", LOGS.format("a"))
    assert isinstance(found, alerts.SearchAlert)
    assert [(each.name, each.arguments) for each in found.calls] == [
        ("index", ('"main"',)),
        ("rollup", ('"count"',)),
        ("last", ('"5m"',)),
    ]
    assert (found.source, found.comparator, found.threshold) == ("logs", ">", 2.0)


def test_what_is_never_evaluated_from_metrics_has_no_tree_for_an_evaluator() -> None:
    """A right log alert is neither wrong nor evaluated; a wrong one is wrong."""
    assert parse_monitor_query("log alert", LOGS.format("a")) == (None, ())
    assert parse_monitor_query("log alert", "query")[1]
    assert parse_monitor_query("some future alert", "any words")[1] == ()


@pytest.mark.parametrize(
    ("kind", "text", "part", "words"),
    [
        ("log alert", LOGS.format("a AND"), "D", "expected a term"),
        ("log alert", LOGS.format("(a"), "a", "to close the bracket"),
        ("log alert", LOGS.format("a)"), ")", "needs its `(`"),
        ("log alert", 'logs("a").lasst("5m") > 1', '.lasst("5m")', "did you mean `.last"),
        ("log alert", 'logs("a").last("soon") > 1', '.last("soon")', "no window"),
        ("log alert", 'logs("a").rollup("count") > 1', ">", 'add `.last("5m")`'),
        ("log alert", 'logs("a").last("5m")', ")", "expected a comparison"),
        ("log alert", 'rum("a").last("5m") > 1', "rum", "`logs(…)`"),
        ("rum alert", 'formula("a +").last("5m") > 1', "+", "expected a query"),
        ("service check", '"a".over("*").last(2)', ")", "count_by_status"),
        ("service check", '"a".last("2m").count_by_status()', ".last", "a count such as"),
        ("composite", "1 &&", "&", "expected a monitor's id"),
        ("composite", "1 2", "2", "join monitors"),
        ("query alert", "avg(last_0m):avg:a{*} > 5", "0m", "a window of nothing"),
        ("slo alert", 'error_budget("a").over("7d").over("30d") > 75', ".over(", "a second"),
        ("event alert", "", "", "expected `events("),
    ],
)
def test_a_wrong_query_says_where_and_why(kind: str, text: str, part: str, words: str) -> None:
    """The caret stands under the wrong part, inside the text even where something is missing at its end."""
    found, (problem,) = read_monitor_query(kind, text)
    assert found is None
    assert text[problem.start : problem.end].startswith(part)
    assert problem.end <= len(text)
    assert words in f"{problem.message} {problem.label} {problem.help}"


def test_the_place_of_a_fault_is_known_in_bytes_too() -> None:
    """Editors count characters, YAML scanners and terminals often bytes."""
    text = 'logs("größe:1 )").last("5m") > 1'
    _, (problem,) = read_monitor_query("log alert", text)
    assert text[problem.start : problem.end] == ")"
    start, end = problem.bytes_of(text)
    assert text.encode()[start:end] == b")"
    assert start == problem.start + 2


def test_a_changed_copy_prints_what_it_means_now() -> None:
    """The spelling of the original is kept only while it says the same."""
    found, _ = parse_monitor_query(
        "slo alert", 'burn_rate("a").over("30d").long_window("60m").short_window("5m") > 9.0'
    )
    assert isinstance(found, tree.BurnRate)
    assert canonical(replace(found, slo_id="b")).startswith('burn_rate("b").over("30d").long_window("60m")')
    assert '.long_window("2h").' in canonical(replace(found, long_window_s=7200))
    assert canonical(replace(found, threshold=5.5)).endswith("> 5.5")
    metric, _ = parse_monitor_query("query alert", "avg(last_60m):avg:a{*} > 1")
    assert isinstance(metric, tree.MetricAlert)
    assert canonical(replace(metric, window_s=7200)) == "avg(last_2h):avg:a{*} > 1"


def test_a_formula_names_its_queries() -> None:
    """Names are variables, the minus between two of them is arithmetic."""
    found, problems = parse_formula("abs(query1-query2)")
    assert problems == ()
    inner = tree.Arithmetic("-", tree.Variable("query1"), tree.Variable("query2"))
    assert found == tree.Function("abs", (inner,))


def test_a_very_long_sum_is_refused_before_it_exhausts_the_stack() -> None:
    """The longest sum allowed parses and prints; one more sign is a fault at that sign."""
    longest = "+".join(["a"] * (MAX_OPERATORS + 1))
    found, problems = parse_formula(longest)
    assert problems == ()
    assert found is not None
    assert canonical(found).replace(" ", "") == longest
    _, (problem,) = parse_formula(longest + "+a")
    assert problem.start == len(longest)
