"""What is asked for is what is sent: SLOs and boards name only series that the instruments have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sightline_dashboards.compile import compile_boards
from sightline_datadog.query import parse_metric_query, tree
from sightline_slo.compile import compile_specs
from sightline_slo.conventions import DISTRIBUTIONS, METRICS, PROCESS_TAGS, Metric
from sightline_slo.files import read
from sightline_telemetry import signals

ROOT = Path(__file__).resolve().parents[2]


def test_the_compilers_distributions_are_those_of_the_instruments() -> None:
    """The compiler keeps its own copy, because importing telemetry would bring both tracers with it."""
    bodies: list[Any] = [each["data"] for each in signals.metric_configurations()]
    assert {each["id"]: tuple(each["attributes"]["tags"]) for each in bodies} == DISTRIBUTIONS


def test_the_compilers_metrics_are_the_instruments() -> None:
    """Name, kind, unit, name at Prometheus, attributes and bounds of every one; nothing more, nothing less."""
    wanted = {
        each.name: Metric(each.name, each.kind, each.unit, each.prometheus_name, tuple(each.attributes), each.bounds)
        for each in signals.INSTRUMENTS.values()
    }
    assert wanted == METRICS
    assert set(PROCESS_TAGS) == set(signals.PROCESS_TAGS)


def queries(value: Any) -> list[str]:
    """Return the text of every metric query in a body."""
    if isinstance(value, list):
        return [text for each in value for text in queries(each)]
    if not isinstance(value, dict):
        return []
    own = [value["query"]] if value.get("data_source") == "metrics" else []
    return own + [text for each in value.values() for text in queries(each)]


def asked() -> list[tree.MetricQuery]:
    """Return every metric query of the shop's SLOs and of the boards, variables replaced by what they filter on."""
    bodies = [each.body for each in compile_specs(read([str(ROOT / "slo" / "specs")])).documents]
    boards = compile_boards()[0]
    texts = queries([dict(each) for each in bodies])
    for board in boards:
        for text in queries(dict(board.body)):
            filled = text
            for variable in board.body["template_variables"]:
                filled = filled.replace(f"${variable['name']}", f"{variable['prefix']}:x")
            texts.append(filled)
    parsed = [parse_metric_query(text)[0] for text in texts]
    return [query for each in parsed if each is not None for query in tree.queries(each)]


def terms(query: tree.MetricQuery) -> list[str]:
    """Return the `key:value` terms of a filter; the shop's filters are plain."""
    assert all(isinstance(part, tree.Term) for part in query.where.parts)
    return [part.text for part in query.where.parts if isinstance(part, tree.Term) and part.text != "*"]


ASKED = sorted({(query.metric, key) for query in asked() for key in (*terms(query), *query.by)})


@pytest.mark.parametrize(("metric", "term"), ASKED)
def test_every_tag_that_is_asked_for_is_sent(metric: str, term: str) -> None:
    """Metric, tag and, where the attribute's values are closed, value exist: a typo here would be an empty chart."""
    instrument = signals.INSTRUMENTS[metric]
    key, _, value = term.partition(":")
    if key in signals.PROCESS_TAGS:
        return
    values = instrument.attributes[key]
    if value not in {"", "x"} and isinstance(values, frozenset):
        assert value in values or value in {each.lower() for each in values}


def test_something_is_asked_for() -> None:
    """The test above looks at SLOs and boards both."""
    assert {metric for metric, _ in ASKED} >= {"http.server.requests", "shop.payments.failed", "sightline.journey.runs"}
    assert len(ASKED) > 30
