"""Metric queries, and formulas and functions over them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import cast

from sightline_core.suggest import did_you_mean
from sightline_datadog.query import tree
from sightline_datadog.query.filters import parse_filter
from sightline_datadog.query.problems import UNKNOWN_AGGREGATOR, Problem, QuerySyntaxError
from sightline_datadog.query.scanner import Scanner

AGGREGATORS = ("avg", "sum", "min", "max", "count", "last", "median", "stddev", "count_nonzero", "histogram")
_PERCENTILE = re.compile(r"p[0-9]{1,2}(?:\.[0-9]+)?$|p100$")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_AGGREGATOR = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*(?=\s*(?::|\(\s*v\s*:))")
# Dashes and slashes occur in real metric names although the vendor's rules forbid them on submission.
_METRIC = re.compile(r"[A-Za-z_$][A-Za-z0-9_.$/-]*")
_BY = re.compile(r"by\s*\{")
_GROUP = re.compile(r"[^,{}\s]+")
_ARGUMENT = re.compile(r"(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^,()'\"])+", re.DOTALL)


@lru_cache(maxsize=8192)
def parse_metric_query(text: str) -> tuple[tree.Expression | None, tuple[Problem, ...]]:
    """Parse a metric query, a formula of them, or a dashboard's legacy list of them.

    Returns:
        The tree and no problem, or None and what is wrong; a syntax error ends the reading, so there is one. Both are
        values, so that rules, compilers and evaluators that ask for the same text share one reading.
    """
    return _whole(Scanner(text))


@lru_cache(maxsize=8192)
def parse_formula(text: str) -> tuple[tree.Expression | None, tuple[Problem, ...]]:
    """Parse a formula over named queries, such as `default_zero(query1) / query2 * 100`; as `parse_metric_query`."""
    return _whole(Scanner(text, variables=True))


def _whole(scanner: Scanner) -> tuple[tree.Expression | None, tuple[Problem, ...]]:
    try:
        parts = [parse_expression(scanner)]
        while scanner.take(","):
            parts.append(parse_expression(scanner))
        if not scanner.at_end():
            scanner.fail("the query goes on after its end")
    except QuerySyntaxError as error:
        return None, (error.problem,)
    return (parts[0] if len(parts) == 1 else tree.Listing(tuple(parts), (0, len(scanner.text)))), ()


def parse_expression(scanner: Scanner) -> tree.Expression:
    """Parse sums of products; leaves the scanner behind the expression."""
    scanner.descend()
    start = scanner.skip()
    left = _product(scanner)
    while (operator := _operator(scanner, "+-")) is not None:
        right = _product(scanner)
        left = tree.Arithmetic(operator, left, right, (start, scanner.position))
    scanner.depth -= 1
    return left


def _operator(scanner: Scanner, among: str) -> tree.Operator | None:
    scanner.skip()
    here = scanner.text[scanner.position : scanner.position + 1]
    if here and here in among:
        scanner.operator()
        scanner.position += 1
        return cast("tree.Operator", here)
    return None


def _product(scanner: Scanner) -> tree.Expression:
    start = scanner.skip()
    left = _factor(scanner)
    while (operator := _operator(scanner, "*/")) is not None:
        right = _factor(scanner)
        left = tree.Arithmetic(operator, left, right, (start, scanner.position))
    return left


def _factor(scanner: Scanner) -> tree.Expression:
    start = scanner.skip()
    if scanner.take("("):
        inner = parse_expression(scanner)
        scanner.need(")", "to close the bracket")
        calls = parse_calls(scanner)
        # Calls behind a bracket apply to the whole, so the bracket must survive printing.
        return tree.Function("", (inner,), calls, (start, scanner.position)) if calls else _bracketed(inner)
    number = _number(scanner)
    if number is not None:
        return number
    if scanner.take("-"):
        scanner.descend()
        inner = _factor(scanner)
        scanner.depth -= 1
        return tree.Arithmetic("*", tree.Number(-1.0, written="-"), inner, (start, scanner.position))
    found = scanner.match(_AGGREGATOR)
    if found:
        return _metric_query(scanner, found.group(), found.start())
    return _function_or_bare_metric(scanner, start)


def _bracketed(node: tree.Expression) -> tree.Expression:
    # Neither stands alone in brackets: they are parts of a function's arguments, or of a whole query.
    if isinstance(node, tree.Text | tree.Keyword | tree.Listing):
        return node
    return replace(node, brackets=node.brackets + 1)


def _metric_query(scanner: Scanner, aggregator: str, start: int) -> tree.MetricQuery:
    if aggregator not in AGGREGATORS and not _PERCENTILE.match(aggregator):
        near = did_you_mean(aggregator, AGGREGATORS)
        scanner.fail(
            f"unknown aggregator `{aggregator}`",
            start=start,
            end=start + len(aggregator),
            label="not a space aggregator",
            help=f"did you mean `{near}`?" if near else f"use one of {', '.join(AGGREGATORS)}, or p50, p95, p99…",
            code=UNKNOWN_AGGREGATOR,
        )
    condition = None
    if scanner.take("("):
        scanner.need("v", "a condition reads `v: v<=0.3`")
        scanner.need(":", "a condition reads `v: v<=0.3`")
        scanner.need("v", "a condition reads `v: v<=0.3`")
        comparator = scanner.comparator() or scanner.fail("expected a comparison such as `<=`")
        threshold = scanner.numeral() or scanner.fail("expected a number")
        condition = tree.Condition(comparator, *threshold)
        scanner.need(")", "to close the condition")
    scanner.need(":", "between aggregator and metric")
    found = scanner.match(_METRIC) or scanner.fail("expected a metric's name")
    return _scope(scanner, aggregator, found.group(), condition, start)


def _scope(
    scanner: Scanner, aggregator: str, metric: str, condition: tree.Condition | None, start: int, *, bare: bool = False
) -> tree.MetricQuery:
    scanner.need("{", "a metric is followed by its filter, `{*}` for everything")
    where = parse_filter(scanner)
    scanner.need("}", "to close the filter")
    by: tuple[str, ...] = ()
    if scanner.match(_BY):
        groups = []
        while True:
            found = scanner.match(_GROUP) or scanner.fail("expected a tag to group by")
            groups.append(found.group())
            if not scanner.take(","):
                break
        scanner.need("}", "to close the groups")
        by = tuple(groups)
    calls = parse_calls(scanner)
    return tree.MetricQuery(aggregator, metric, where, by, calls, condition, (start, scanner.position), bare=bare)


def parse_calls(scanner: Scanner) -> tuple[tree.Call, ...]:
    """Parse `.name(arguments)` as often as it comes."""
    calls = []
    while scanner.peek("."):
        start = scanner.position
        scanner.take(".")
        found = scanner.match(_WORD) or scanner.fail("expected a function such as `as_count`")
        scanner.need("(", "a function takes brackets")
        arguments: list[str] = []
        while arguments or not scanner.peek(")"):
            piece = scanner.match(_ARGUMENT) or scanner.fail("expected an argument")
            arguments.append(piece.group().strip())
            if not scanner.take(","):
                break
        scanner.need(")", "to close the arguments")
        calls.append(tree.Call(found.group(), tuple(arguments), (start, scanner.position)))
    return tuple(calls)


def _function_or_bare_metric(scanner: Scanner, start: int) -> tree.Expression:
    word = scanner.match(_METRIC)
    if word is None:
        scanner.fail("expected a query, a number or a function", help="a query reads `sum:metric{tag:value}`")
    if scanner.peek("{"):
        # Dashboards from before aggregators were required leave it out; the vendor reads it as an average.
        return _scope(scanner, "avg", word.group(), None, start, bare=True)
    if not scanner.take("("):
        if scanner.variables:
            return _variable(scanner, word)
        scanner.fail(
            "a metric without a filter",
            start=start,
            end=word.end(),
            label="neither a query nor a function",
            help=f"write `avg:{word.group()}{{*}}`",
        )
    arguments: list[tree.Expression] = []
    while arguments or not scanner.peek(")"):
        arguments.append(_argument(scanner))
        if not scanner.take(","):
            break
    scanner.need(")", "to close the function")
    calls = parse_calls(scanner)
    return tree.Function(word.group(), tuple(arguments), calls, (start, scanner.position))


def _variable(scanner: Scanner, word: re.Match[str]) -> tree.Variable:
    # `a-b` and `a/b` name metrics, but they are arithmetic between the names of queries.
    name = cast("re.Match[str]", _NAME.match(scanner.text, word.start())).group()
    scanner.position = word.start() + len(name)
    return tree.Variable(name, (word.start(), scanner.position))


_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_KEYWORD = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)")
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?=\s*[,)])")


def _argument(scanner: Scanner) -> tree.Expression:
    start = scanner.skip()
    keyword = scanner.match(_KEYWORD)
    if keyword:
        value = _text(scanner) or _number(scanner)
        if value is None:
            scanner.fail(f"expected what `{keyword[1]}` is to be", label="a quoted text, a word or a number")
        return tree.Keyword(keyword[1], value, (start, scanner.position))
    return _text(scanner) or parse_expression(scanner)


def _text(scanner: Scanner) -> tree.Text | None:
    start = scanner.skip()
    quoted = scanner.match(_QUOTED)
    if quoted:
        return tree.Text(quoted.group()[1:-1], quoted.group()[0], (start, scanner.position))
    bare = None if scanner.variables else scanner.match(_BARE)
    return tree.Text(bare.group(), "", (start, scanner.position)) if bare else None


def _number(scanner: Scanner) -> tree.Number | None:
    start = scanner.skip()
    found = scanner.numeral()
    return None if found is None else tree.Number(found[0], (start, scanner.position), found[1])
