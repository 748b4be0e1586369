"""Metric queries, and formulas and functions over them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import cast

from sightline_core.suggest import did_you_mean
from sightline_datadog.query import tree
from sightline_datadog.query.filters import parse_filter
from sightline_datadog.query.problems import UNKNOWN_AGGREGATOR, Problem, QuerySyntaxError
from sightline_datadog.query.scanner import Scanner

AGGREGATORS = ("avg", "sum", "min", "max", "count", "last", "median", "stddev", "count_nonzero")
_PERCENTILE = re.compile(r"p\d{1,2}(?:\.\d+)?$|p100$")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_AGGREGATOR = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*(?=\s*(?::|\(\s*v\s*:))")
# Dashes and slashes occur in real metric names although the vendor's rules forbid them on submission.
_METRIC = re.compile(r"[A-Za-z_$][A-Za-z0-9_.$/-]*")
_GROUP = re.compile(r"[^,{}\s]+")
_ARGUMENT = re.compile(r"'[^']*'|\"[^\"]*\"|[^,()'\"]+")


@lru_cache(maxsize=8192)
def parse_metric_query(text: str) -> tuple[tree.Expression | None, tuple[Problem, ...]]:
    """Parse a metric query or a formula of them.

    Returns:
        The tree and no problem, or None and what is wrong; a syntax error ends the reading, so there is one. Both are
        values, so that rules, compilers and evaluators that ask for the same text share one reading.
    """
    scanner = Scanner(text)
    try:
        expression = parse_expression(scanner)
        if not scanner.at_end():
            scanner.fail("the query goes on after its end")
    except QuerySyntaxError as error:
        return None, (error.problem,)
    return expression, ()


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
        calls = _calls(scanner)
        # Calls behind a bracket apply to the whole, so the bracket must survive printing.
        return tree.Function("", (inner,), calls, (start, scanner.position)) if calls else inner
    number = scanner.signed()
    if number is not None:
        return tree.Number(number, (start, scanner.position))
    if scanner.take("-"):
        scanner.descend()
        inner = _factor(scanner)
        scanner.depth -= 1
        return tree.Arithmetic("*", tree.Number(-1.0), inner, (start, scanner.position))
    found = scanner.match(_AGGREGATOR)
    if found:
        return _metric_query(scanner, found.group(), found.start())
    return _function_or_bare_metric(scanner, start)


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
        threshold = scanner.signed()
        if threshold is None:
            scanner.fail("expected a number")
        condition = tree.Condition(comparator, threshold)
        scanner.need(")", "to close the condition")
    scanner.need(":", "between aggregator and metric")
    found = scanner.match(_METRIC) or scanner.fail("expected a metric's name")
    return _scope(scanner, aggregator, found.group(), condition, start)


def _scope(
    scanner: Scanner, aggregator: str, metric: str, condition: tree.Condition | None, start: int
) -> tree.MetricQuery:
    scanner.need("{", "a metric is followed by its filter, `{*}` for everything")
    where = parse_filter(scanner)
    scanner.need("}", "to close the filter")
    by: tuple[str, ...] = ()
    if re.match(r"\s*by\s*\{", scanner.text[scanner.position :]):
        scanner.need("by", "")
        scanner.need("{", "")
        groups = []
        while not scanner.peek("}"):
            found = scanner.match(_GROUP) or scanner.fail("expected a tag to group by")
            groups.append(found.group())
            if not scanner.take(","):
                break
        scanner.need("}", "to close the groups")
        by = tuple(groups)
    return tree.MetricQuery(aggregator, metric, where, by, _calls(scanner), condition, (start, scanner.position))


def _calls(scanner: Scanner) -> tuple[tree.Call, ...]:
    calls = []
    while scanner.peek("."):
        start = scanner.position
        scanner.take(".")
        found = scanner.match(_WORD) or scanner.fail("expected a function such as `as_count`")
        scanner.need("(", "a function takes brackets")
        arguments = []
        while not scanner.peek(")"):
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
        return _scope(scanner, "avg", word.group(), None, start)
    if not scanner.take("("):
        scanner.fail(
            "a metric without a filter",
            start=start,
            end=word.end(),
            label="neither a query nor a function",
            help=f"write `avg:{word.group()}{{*}}`",
        )
    arguments: list[tree.Expression] = []
    while not scanner.peek(")"):
        arguments.append(_argument(scanner))
        if not scanner.take(","):
            break
    scanner.need(")", "to close the function")
    return tree.Function(word.group(), tuple(arguments), _calls(scanner), (start, scanner.position))


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
    bare = scanner.match(_BARE)
    return tree.Text(bare.group(), "", (start, scanner.position)) if bare else None


def _number(scanner: Scanner) -> tree.Number | None:
    start = scanner.skip()
    value = scanner.signed()
    return None if value is None else tree.Number(value, (start, scanner.position))
