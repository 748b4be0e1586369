"""SLOs and their monitors as Datadog takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Document, Kind
from sightline_datadog.query import parse_metric_query, tree
from sightline_slo.backends.datadog_text import message, title
from sightline_slo.conventions import DISTRIBUTIONS
from sightline_slo.model import Backend, Events, Severity
from sightline_slo.windows import spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_core.diagnostics import Span
    from sightline_slo.model import Query, Slo, Window

PRIORITY = {Severity.PAGE: 1, Severity.TICKET: 3}


def documents(slos: Sequence[Slo]) -> list[Document]:
    """Compile: metric configurations first, then each SLO with its monitors.

    Expects SLOs without errors: a period that has windows, queries that parse.
    """
    compiled = list(_metrics(slos))
    for slo in slos:
        compiled.append(_slo(slo))
        compiled += _monitors(slo)
    return compiled


def _metrics(slos: Sequence[Slo]) -> Iterator[Document]:
    """Percentiles are off until somebody asks for them: whoever counts by value does."""
    wanted: dict[str, tuple[set[str], Span]] = {}
    for slo in slos:
        for query in slo.sli[Backend.DATADOG].queries:
            for part in _distribution_queries(query):
                tags, _ = wanted.setdefault(part.metric, (set(DISTRIBUTIONS.get(part.metric, ())), query.span))
                tags |= _tag_keys(part.where)
    for metric, (tags, span) in sorted(wanted.items()):
        body = {"metric_type": "distribution", "include_percentiles": True, "tags": sorted(tags)}
        yield Document(Kind.METRIC, metric, body, span)


def _distribution_queries(query: Query) -> list[tree.MetricQuery]:
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


def _slo(slo: Slo) -> Document:
    body: dict[str, Any] = {
        "type": "metric",
        "name": f"{slo.service}: {slo.name}",
        "description": slo.description,
        "tags": _tags(slo),
        "thresholds": [{"timeframe": slo.period, "target": slo.objective}],
        "timeframe": slo.period,
        "target_threshold": slo.objective,
        "sli_specification": {"count": _count(slo)},
    }
    return Document(Kind.SLO, slo.key, body, slo.places.slo)


def _count(slo: Slo) -> dict[str, Any]:
    sli = slo.sli[Backend.DATADOG]
    assert isinstance(sli, Events)  # noqa: S101 - the dialect reads no other
    name, part = ("good", sli.good) if sli.good is not None else ("bad", sli.bad)
    assert part is not None  # noqa: S101 - the dialect reads no SLI without one of the two
    return {
        f"{name}_events_formula": {"formula": name},
        "total_events_formula": {"formula": "total"},
        "queries": [
            {"data_source": "metrics", "name": name, "query": part.text.strip()},
            {"data_source": "metrics", "name": "total", "query": sli.total.text.strip()},
        ],
    }


def _monitors(slo: Slo) -> Iterator[Document]:
    for window in slo.alerting_windows:
        yield Document(
            Kind.MONITOR, f"{slo.key}-{window.severity}-{window.name}", _monitor(slo, window), slo.places.slo
        )


def _monitor(slo: Slo, window: Window) -> dict[str, Any]:
    alert = slo.alerts[window.severity]
    query = f'burn_rate("${{slo:{slo.key}}}").over("{slo.period}")'
    long, short = spell.datadog(window.long_s), spell.datadog(window.short_s)
    query += f'.long_window("{long}").short_window("{short}") > {window.burn_rate:g}'
    own = {f"{key}:{value}" for key, value in alert.labels.items()}
    return {
        "type": "slo alert",
        "name": title(slo, window),
        "query": query,
        "message": message(slo, window),
        "tags": sorted({*_tags(slo), *own, f"severity:{window.severity}"}),
        "priority": PRIORITY[window.severity],
        "options": {"thresholds": {"critical": _plain(window.burn_rate)}, "include_tags": True, "notify_audit": False},
    }


def _plain(value: float) -> float:
    """Return 6 for 6.0, as the vendor writes it."""
    return int(value) if value == int(value) else value


def _tags(slo: Slo) -> list[str]:
    labels = {f"{key}:{value}" for key, value in slo.labels.items()}
    return sorted({*labels, f"service:{slo.service}", f"slo:{slo.key}"})
