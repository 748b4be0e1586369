"""Metric configurations: percentiles are off until somebody asks for them, and whoever counts by value does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.documents import Document, Kind
from sightline_datadog.query import parse_metric_query, tree
from sightline_slo.conventions import DISTRIBUTIONS
from sightline_slo.model import Backend

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_core.diagnostics import Span
    from sightline_slo.model import Query, Slo


def configurations(slos: Sequence[Slo]) -> Iterator[Document]:
    """Return a configuration for each distribution that is counted by value, with every tag that is filtered on."""
    wanted: dict[str, tuple[set[str], Span]] = {}
    for slo in slos:
        for query in slo.sli[Backend.DATADOG].queries:
            for part in _distribution_queries(query):
                known, _ = wanted.setdefault(part.metric, (set(DISTRIBUTIONS.get(part.metric, ())), query.span))
                known |= _tag_keys(part.where) | set(part.by)
    for metric, (known, span) in sorted(wanted.items()):
        body = {"metric_type": "distribution", "include_percentiles": True, "tags": sorted(known)}
        yield Document(Kind.METRIC, metric, body, span)


def _distribution_queries(query: Query) -> list[tree.MetricQuery]:
    # Most queries ask for no value, and parsing every one again costs as much as all the rest.
    if "v:" not in query.text:
        return []
    expression, _ = parse_metric_query(query.text)
    if expression is None:
        return []
    return [part for part in tree.queries(expression) if part.condition is not None]


def _tag_keys(node: tree.Filter) -> set[str]:
    match node:
        case tree.Term(text=text) if text == "*" or text.startswith("$"):
            return set()
        case tree.Term():
            return {node.key}
        case tree.Membership(key=key):
            return {key}
        case tree.Not(part=part):
            return _tag_keys(part)
        case tree.All(parts=parts) | tree.Any(parts=parts):
            return {key for part in parts for key in _tag_keys(part)}
