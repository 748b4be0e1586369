"""Queries parse, print back equal, and say where they are wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_datadog.query import canonical, parse_metric_query, parse_monitor_query, tree
from sightline_datadog.query.monitor import format_duration, parse_duration

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}(\.[a-z][a-z0-9_]{0,8}){0,3}", fullmatch=True)
TERMS = st.builds(
    tree.Term, st.from_regex(r"[a-z][a-z_]{0,6}:[a-z0-9][a-z0-9_./-]{0,8}\*?", fullmatch=True), st.booleans()
)
FILTERS = st.lists(TERMS, max_size=3).map(lambda terms: tree.All(tuple(terms) or (tree.Term("*"),)))
CALLS = st.sampled_from([(), (tree.Call("as_count"),), (tree.Call("as_rate"),), (tree.Call("rollup", ("sum", "60")),)])
CONDITIONS = st.none() | st.builds(
    tree.Condition, st.sampled_from([">", ">=", "<", "<="]), st.integers(0, 5000).map(lambda n: n / 8)
)
QUERIES = st.builds(
    lambda metric, where, by, calls, condition: tree.MetricQuery(
        "count" if condition else "sum", metric, where, by, calls, condition
    ),
    NAMES,
    FILTERS,
    st.lists(st.sampled_from(["service", "env", "http.route"]), max_size=2, unique=True).map(tuple),
    CALLS,
    CONDITIONS,
)
EXPRESSIONS = st.recursive(
    QUERIES | st.integers(1, 1000).map(lambda n: tree.Number(float(n))),
    lambda inner: st.builds(tree.Arithmetic, st.sampled_from("+-*/"), inner, inner),
    max_leaves=6,
)


@given(EXPRESSIONS)
def test_what_is_printed_parses_to_the_same_tree(expression: tree.Expression) -> None:
    """Printing and parsing undo each other, brackets where they matter included."""
    text = canonical(expression)
    parsed, problems = parse_metric_query(text)
    assert problems == ()
    assert parsed == expression
    assert parsed is not None
    assert canonical(parsed) == text


@given(st.text(alphabet="sumavg:{}()., \"'burn_rate*<>=0123456789!abc\x00é", max_size=60))
def test_nothing_crashes_the_parser(text: str) -> None:
    """Any text gives a tree or a located problem inside it, never an exception."""
    for kind in ("slo alert", "metric alert"):
        found, problems = parse_monitor_query(kind, text)
        assert (found is None) == bool(problems)
    parsed, problems = parse_metric_query(text)
    assert (parsed is None) == bool(problems)
    for problem in problems:
        assert 0 <= problem.start <= problem.end <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "part", "words"),
    [
        ("summ:a.b{*}", "summ", "did you mean `sum`"),
        ("sum:a.b{service:x", "", "to close the filter"),
        ("sum:a.b", "", "`{*}` for everything"),
        ("sum:a.b{*} +", "", "expected"),
        ("sum:a.b{*} * 1e999", "1e999", "larger than a number can be"),
        ("count(v: v<=9e999):a.b{*}", "9e999", "larger than a number can be"),
    ],
)
def test_a_wrong_query_says_where_and_how_to_mend_it(text: str, part: str, words: str) -> None:
    """The problem's span covers the wrong word, and its help mends it."""
    _, (problem,) = parse_metric_query(text)
    assert text[problem.start : problem.end].startswith(part)
    assert words in f"{problem.message} {problem.label} {problem.help}"


def test_a_burn_rate_query_is_read_to_its_last_part() -> None:
    """Every number of it comes out, windows in seconds."""
    text = 'burn_rate("abc").over("30d").long_window("1h").short_window("5m") > 14.4'
    found, _ = parse_monitor_query("slo alert", text)
    assert found == tree.BurnRate("abc", "30d", 3600, 300, ">", 14.4)
    assert canonical(found) == text


@pytest.mark.parametrize("missing", [".over", ".long_window", ".short_window"])
def test_a_burn_rate_query_without_a_window_is_refused(missing: str) -> None:
    """The vendor guesses a short window; we ask."""
    parts = {".over": '.over("30d")', ".long_window": '.long_window("1h")', ".short_window": '.short_window("5m")'}
    text = 'burn_rate("a")' + "".join(part for name, part in parts.items() if name != missing) + " > 2"
    _, (problem,) = parse_monitor_query("slo alert", text)
    assert f"`{missing}(…)` is missing" in problem.message


def test_a_thousand_brackets_are_a_problem_not_a_crash() -> None:
    """Nesting is bounded."""
    parsed, problems = parse_metric_query("(" * 5000 + "sum:a{*}" + ")" * 5000)
    assert parsed is None
    assert problems


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("sum( last_30m ):sum:a{*} > 5", "sum(last_30m):sum:a{*} > 5"),
        ("avg( last_7d ):avg:a{*} > 5.0", "avg(last_7d):avg:a{*} > 5.0"),
        ("avg(last_1mo):avg:a{*} > 5", "avg(last_1mo):avg:a{*} > 5"),
        ("avg(last_10d):avg:a{*} > 5", "avg(last_10d):avg:a{*} > 5"),
        ("avg( current_1mo ):avg:a{*} > 5", "avg(current_1mo):avg:a{*} > 5"),
        ("change( min(last_1m) , last_5m ):sum:a{*} > -5", "change(min(last_1m),last_5m):sum:a{*} > -5"),
        (
            "avg(last_4h):anomalies(avg:a{*}, 'basic', 2, direction = 'above', interval=60) >= 1",
            "avg(last_4h):anomalies(avg:a{*}, 'basic', 2, direction='above', interval=60) >= 1",
        ),
    ],
)
def test_windows_print_as_they_were_written(text: str, printed: str) -> None:
    """Only white space changes: the unit, cumulative windows and changes stay as they are."""
    found, problems = parse_monitor_query("metric alert", text)
    assert problems == ()
    assert found is not None
    assert canonical(found) == printed
    assert parse_monitor_query("metric alert", printed) == (found, ())


def test_formulas_over_the_options_are_left_to_the_vendor() -> None:
    """Their queries stand elsewhere: neither parsed nor called wrong."""
    assert parse_monitor_query("query alert", 'formula("query1").rollup("sum").last("5m") > 124') == (None, ())


def test_an_aggregator_over_a_window_is_one_of_those_there_are() -> None:
    """`median(last_5m)` is caught here and not by the vendor."""
    _, (problem,) = parse_monitor_query("metric alert", "median(last_5m):avg:a{*} > 5")
    assert (problem.start, problem.end) == (0, 6)


@given(st.integers(1, 10_000), st.sampled_from("mhd"))
def test_durations_print_and_parse_back(number: int, unit: str) -> None:
    """Whatever the spelling, the printed form means the same number of seconds."""
    seconds = parse_duration(f"{number}{unit}")
    assert seconds is not None
    assert parse_duration(format_duration(seconds)) == seconds
