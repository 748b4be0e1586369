"""An expression over a window with a count in it: every query is added up, then the arithmetic is done, per group."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_datadog.evaluate import filling, pointwise
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.formula import on_sums
from sightline_datadog.evaluate.lines import shift_of
from sightline_datadog.evaluate.source import SumRequest
from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.evaluate.pointwise import Span
    from sightline_datadog.evaluate.source import MetricSource

# Over series, a sum may be added up at once; any other way to join series is done at every point.
_COARSE_S = 86400


@dataclass(frozen=True, slots=True)
class Sums:
    """What each query adds up to, by its groups."""

    found: Mapping[tree.MetricQuery, Mapping[Group, float]]

    def of(self, group: Group) -> dict[tree.MetricQuery, float | None]:
        """Return what goes into one group: of each query the group whose tags are among its tags."""
        tags = set(group)
        return {
            query: next((value for each, value in groups.items() if set(each) <= tags), None)
            for query, groups in self.found.items()
        }

    def groups(self) -> list[Group]:
        """Return the groups of the query that is grouped the finest."""
        return list(dict.fromkeys(group for groups in self.found.values() for group in groups if self._finest(group)))

    def _finest(self, group: Group) -> bool:
        return len(group) == max((len(each) for groups in self.found.values() for each in groups), default=0)


def sums(expression: tree.Expression, span: Span, source: MetricSource) -> dict[Group, float]:
    """Compute an expression that `resolved` made; groups without a value are left out.

    Raises:
        NotEvaluatedError: it holds what is not computed on sums.
    """
    leaves = list(dict.fromkeys(tree.queries(expression)))
    for leaf in leaves:
        fill = filling.fill_of(leaf)
        if fill is not None and fill.method in {"last", "linear"}:
            raise NotEvaluatedError(f"`.fill({fill.method})` of a count is not evaluated here")
    whole = [leaf for leaf in leaves if not leaf.by and not pointwise.rollup_s(leaf)]
    requests = [_request(leaf, span) for leaf in whole]
    alone = dict(zip(whole, source.sums(requests), strict=True)) if requests else {}
    found: dict[tree.MetricQuery, dict[Group, float]] = {}
    for leaf in leaves:
        if leaf in alone:
            value = alone[leaf]
            found[leaf] = {} if value is None else {(): value}
        else:
            found[leaf] = _folded(leaf, span, source)
    table = Sums(found)
    groups = table.groups() if pointwise.grouped(expression) else [()]
    values = {group: on_sums(expression, table.of(group)) for group in groups}
    return {group: value for group, value in values.items() if value is not None}


def _request(leaf: tree.MetricQuery, span: Span) -> SumRequest:
    query, shift = shift_of(leaf)
    return SumRequest(query, span.start - shift, span.end - shift)


def _folded(leaf: tree.MetricQuery, span: Span, source: MetricSource) -> dict[Group, float]:
    query, shift = shift_of(leaf)
    start, end = pointwise.bucketed(leaf, span)
    interval = _COARSE_S if query.aggregator == "sum" else span.interval
    found = source.series(query, start - shift, end - shift, interval)
    return {tuple(sorted(each.tags)): math.fsum(value for _, value in each.points) for each in found if each.points}
