"""Logs and service checks that came in, as monitors ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.look import Sources
from sightline_datadog.evaluate.monitor import look
from sightline_datadog.evaluate.searching import finds
from sightline_datadog.evaluate.states import State
from sightline_datadog.query import read_monitor_query
from sightline_local.intake import logline
from sightline_local.intake.counters import Counter
from sightline_local.intake.dogstatsd import Dogstatsd
from sightline_local.store.columns import LogColumns

from .kit import NOW

if TYPE_CHECKING:
    from sightline_datadog.evaluate.look import Look
    from sightline_local.store import Store

RECORDS: list[dict[str, Any]] = [
    {"service": "web", "level": "error", "message": "payment refused", "http": {"status_code": 502}, "user": "a"},
    {"service": "web", "level": "error", "message": "timeout", "http": {"status_code": 504}, "user": "b"},
    {"service": "web", "level": "info", "message": "ok", "http": {"status_code": 200}, "user": "a", "took": 12.5},
    {"service": "api", "level": "error", "message": "payment refused", "http": {"status_code": 400}, "user": "a"},
]


@pytest.fixture
def logged(store: Store) -> Store:
    columns = LogColumns()
    for second, record in enumerate(RECORDS):
        logline.append(columns, record, service="?", now_ns=(NOW - 60 + second) * 10**9)
    assert store.offer_logs(columns)
    store.flush()
    return store


def asked(store: Store, kind: str, query: str, **options: Any) -> Look:
    sources = Sources(store.source, lambda _: None, store.checks, store.events)
    return look({"type": kind, "query": query, "options": options}, sources, NOW)


@pytest.mark.parametrize(
    ("search", "count"),
    [
        ("*", 4),
        ("", 4),
        ("status:error", 3),
        ("service:web status:error", 2),
        ("-service:web", 1),
        ("service:(web OR api)", 4),
        ("service:web AND NOT status:error", 1),
        ("@http.status_code:[500 TO 599]", 2),
        ("@http.status_code:>=502", 2),
        ("@http.status_code:5*", 2),
        ("@took:*", 1),
        (r"\"payment refused\" service:web", 1),
        ("payment", 2),
        ("@none:1", 0),
    ],
)
def test_searches(logged: Store, search: str, count: int) -> None:
    """Facets, attributes, ranges, comparisons, wildcards, phrases and words."""
    found = asked(logged, "log alert", f'logs("{search}").index("*").rollup("count").last("5m") > 100')
    assert found.groups[()].values["value"] == count


def test_groups_and_measures(logged: Store) -> None:
    """Counts by facet, unique values, and a measure; a record without the facet is in no group."""
    by = asked(logged, "log alert", 'logs("status:error").index("*").rollup("count").by("service").last("5m") >= 2')
    assert {group: each.state for group, each in by.groups.items()} == {
        ("service:web",): State.ALERT,
        ("service:api",): State.OK,
    }
    unique = asked(logged, "log alert", 'logs("*").index("*").rollup("cardinality", "@user").last("5m") > 5')
    assert unique.groups[()].values["value"] == 2
    took = asked(logged, "log alert", 'logs("*").index("*").rollup("avg", "@took").last("5m") > 5')
    assert took.groups[()].values["value"] == 12.5


def test_what_is_not_kept_here_is_not_evaluated(logged: Store) -> None:
    """RUM is not; neither is a search that nobody here can read."""
    assert asked(logged, "rum alert", 'rum("*").rollup("count").last("5m") > 1').groups[()].state is State.NOT_EVALUATED
    query, _ = read_monitor_query(
        "log alert", 'logs("service:(a AND NOT b)").index("*").rollup("count").last("5m") > 1'
    )
    with pytest.raises(NotEvaluatedError, match="is not computed here"):
        finds(query.where, {"service": "a"})  # type: ignore[union-attr]  # it is a search


def test_service_checks_of_dogstatsd(store: Store) -> None:
    """The last statuses of each host inside the scope, in order; another check is another."""
    clock = float(NOW - 100)
    intake = Dogstatsd(store, lambda: clock)
    for name, host, status in (
        ("db.up", "a", 0),
        ("db.up", "b", 0),
        ("db.up", "a", 2),
        ("db.up", "a", 2),
        ("web.up", "b", 2),
    ):
        clock += 10
        intake.datagram(f"_sc|{name}|{status}|h:{host}|#env:prod|m:hello".encode(), Counter())
    store.flush()
    query = '"db.up".over("env:prod").by("host").last(3).count_by_status()'
    found = asked(store, "service check", query, thresholds={"critical": 2})
    assert {group: each.state for group, each in found.groups.items()} == {
        ("host:a",): State.ALERT,
        ("host:b",): State.OK,
    }
    assert not asked(store, "service check", query.replace("prod", "dev")).groups
