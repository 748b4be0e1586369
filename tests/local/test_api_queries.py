"""Questions to the store through the official client: metrics with formulas, SLOs, logs; events, checks and gates."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from sightline_datadog.evaluate.states import Standing, State
from sightline_local.config.standings import Event

from . import examples
from .kit import add_log
from .kit import running as _running
from .test_api import refused
from .vendor_calls import Client
from .written import logs, slo
from .written import question as _question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .kit import Running

pytestmark = pytest.mark.filterwarnings("ignore:Using unstable operation:UserWarning")
MINUTE = 60
NOW = int(time.time()) // 3600 * 3600
"""The hour that has just begun: the backend's clock cannot be set."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Client]]:
    """An hour up to NOW: 10 hits a minute on `a`, 20 on `b`, a gauge at 1 and 3, and logs of two services."""
    from sightline_local.store.columns import LogColumns

    with _running(tmp_path_factory.mktemp("queries")) as found:
        for host, hits in (("a", 10.0), ("b", 20.0)):
            series = found.store.index.intern("hits", "count", (f"host:{host}", "service:web")) or 0
            gauge = found.store.index.intern("load", "gauge", (f"host:{host}",)) or 0
            for minute in range(60):
                at = NOW - 3600 + minute * MINUTE
                found.store.metrics.add(series, at, hits)
                found.store.metrics.gauge(gauge, at, 1.0 if host == "a" else 3.0)
        columns = LogColumns()
        for number in range(6):
            add_log(columns, at=NOW - 600 + number, service="web" if number < 4 else "api")
        assert found.store.offer_logs(columns)
        found.store.flush()
        client = Client(found.addresses["api"])
        yield found, client
        client.close()


def question(kind: str, *queries: dict[str, Any], **values: Any) -> dict[str, Any]:
    return _question(kind, *queries, **{"from": (NOW - 3600) * 1000, "to": NOW * 1000, **values})


def metrics(name: str, query: str, aggregator: str = "sum") -> dict[str, Any]:
    return {"data_source": "metrics", "name": name, "query": query, "aggregator": aggregator}


def test_points_of_a_query(world: tuple[Running, Client]) -> None:
    """An hour has a point in 20 seconds; each group has its scope, tags and points in milliseconds."""
    _, vendor = world
    answer = vendor("v1", "query_metrics", _from=NOW - 3600, to=NOW, query="sum:hits{service:web} by {host}.as_count()")
    first, second = answer.series
    assert (first.scope, first.tag_set, second.scope) == ("host:a", ["host:a"], "host:b")
    assert (first.interval, first.metric, first.aggr, str(answer.status)) == (20, "hits", "sum", "ok")
    assert [first.pointlist[0].value[0], first.pointlist[-1].value] == [(NOW - 3600) * 1000, [(NOW - 60) * 1000, 10.0]]
    assert sum(point.value[1] for series in answer.series for point in series.pointlist) == 1800
    (whole,) = vendor("v1", "query_metrics", _from=NOW - 3600, to=NOW, query="sum:hits{service:web}.as_count()").series
    assert (whole.scope, whole.tag_set, whole.pointlist[0].value[1]) == ("service:web", [], 30.0)


def test_functions_and_arithmetic_of_a_query(world: tuple[Running, Client]) -> None:
    """A share in percent at every point; what cannot be read or computed is refused with the reason."""
    _, vendor = world
    text = "100 * sum:hits{host:a}.as_count() / sum:hits{*}.as_count()"
    (series,) = vendor("v1", "query_metrics", _from=NOW - 600, to=NOW, query=text).series
    assert {round(point.value[1], 3) for point in series.pointlist} == {33.333}
    for wrong, word in (("sum:hits{", "expected"), ("anomalies(avg:load{*}, 'basic', 2)", "anomalies")):
        (reason,) = refused(400, vendor, "v1", "query_metrics", _from=NOW - 600, to=NOW, query=wrong)
        assert word in reason.lower() or "query" in reason
    refused(400, vendor, "v1", "query_metrics", _from=NOW, to=NOW, query="avg:load{*}")


def test_lines_of_a_formula(world: tuple[Running, Client]) -> None:
    """Formulas over named queries, on one grid of times; a limit keeps the largest."""
    _, vendor = world
    queries = (metrics("a", "sum:hits{*} by {host}.as_count()"), metrics("b", "sum:hits{*}.as_count()"))
    asked = question("timeseries", *queries, formula="a / b", interval=60_000)
    said = vendor("v2", "query_timeseries_data", asked).data.attributes
    assert [each.group_tags.value for each in said.series.value] == [["host:a"], ["host:b"]]
    assert len(said.times.value) == 60
    assert [round(line.value[0], 3) for line in said.values.value] == [0.333, 0.667]
    limited = [{"formula": "a", "limit": {"count": 1, "order": "desc"}}]
    said = vendor("v2", "query_timeseries_data", question("timeseries", *queries, formulas=limited)).data.attributes
    assert [each.group_tags.value for each in said.series.value] == [["host:b"]]


def test_values_of_a_formula(world: tuple[Running, Client]) -> None:
    """A column for the tag, one for each formula; each query is reduced by its own aggregator first."""
    _, vendor = world
    queries = (metrics("a", "sum:hits{*} by {host}.as_count()"), metrics("b", "avg:load{*} by {host}", "max"))
    limit = {"count": 10, "order": "desc"}
    asked = question("scalar", *queries, formulas=[{"formula": "a", "limit": limit}, {"formula": "a * b"}])
    hosts, total, product = vendor("v2", "query_scalar_data", asked).data.attributes.columns
    assert (hosts.name, hosts.values) == ("host", [["b"], ["a"]])
    assert (total.name, total.values, product.values) == ("a", [1200.0, 600.0], [3600.0, 600.0])


def test_logs_are_counted(world: tuple[Running, Client]) -> None:
    """Those that a search finds, in all and by a facet; in points as in one value."""
    _, vendor = world
    everything = {**logs("a", "service"), "search": {"query": "*"}}
    names, counts = vendor("v2", "query_scalar_data", question("scalar", everything)).data.attributes.columns
    assert dict(zip([each[0] for each in names.values], counts.values, strict=True)) == {"api": 2.0, "web": 4.0}
    said = vendor("v2", "query_timeseries_data", question("timeseries", logs("a"), interval=60_000)).data.attributes
    assert [line.value for line in said.values.value] == [[4.0]]


def test_an_slo_is_measured(world: tuple[Running, Client]) -> None:
    """Its status in percent, with the unit; one that is not there has no value, as recorded."""
    backend, vendor = world
    query = {"numerator": "sum:hits{host:a}.as_count()", "denominator": "sum:hits{*}.as_count()"}
    (made,) = backend.api("POST", "/api/v1/slo", examples.slo(query=query, sli_specification=None))["data"]
    for measure, value in (("slo_status", 100 / 3), ("good_events", 600.0), ("bad_events", 1200.0)):
        asked = question("scalar", slo("a", made["id"], measure))
        (column,) = vendor("v2", "query_scalar_data", asked).data.attributes.columns
        assert column.values == [pytest.approx(value)]
    asked = question("scalar", slo("a", "0" * 32, "slo_status"))
    (column,) = vendor("v2", "query_scalar_data", asked).data.attributes.columns
    assert (column.values, column.meta.unit[0].name) == ([], "percent")


def test_an_slo_is_measured_along_the_window(world: tuple[Running, Client]) -> None:
    """The budget burns down evenly to what is left of it at the end; the histories tell of the SLO's own timeframe."""
    backend, vendor = world
    query = {"numerator": "sum:hits{host:b}.as_count()", "denominator": "sum:hits{*}.as_count()"}
    body = examples.slo(name="Along", query=query, sli_specification=None)
    body |= {"thresholds": [{"timeframe": "7d", "target": 50.0}], "timeframe": "7d", "target_threshold": 50.0}
    (made,) = backend.api("POST", "/api/v1/slo", body)["data"]
    left = [pytest.approx(100 - 100 / 9 * number) for number in range(1, 7)]  # of 1,800 hits 900 may be bad, 600 are
    for measure, along, whole in (
        ("error_budget_burndown", left, left[-1]),
        ("slo_status_history", [pytest.approx(200 / 3)] * 6, pytest.approx(200 / 3)),
        ("error_budget_remaining_history", [left[-1]] * 6, left[-1]),
    ):
        asked = slo("a", made["id"], measure)
        line = question("timeseries", asked, interval=600_000)
        said = vendor("v2", "query_timeseries_data", line).data.attributes
        assert [each.value for each in said.values.value] == [along], measure
        (column,) = vendor("v2", "query_scalar_data", question("scalar", asked)).data.attributes.columns
        assert (column.values, column.meta.unit[0].name) == ([whole], "percent"), measure
    backend.api("DELETE", f"/api/v1/slo/{made['id']}")


def test_what_cannot_be_answered_says_why(world: tuple[Running, Client]) -> None:
    """Sources that are not computed, formulas that name nothing, windows beyond what is kept."""
    _, vendor = world
    spans = {**logs("a"), "data_source": "spans"}
    assert "spans" in refused(400, vendor, "v2", "query_scalar_data", question("scalar", spans))[0]
    assert "`c`" in refused(400, vendor, "v2", "query_scalar_data", question("scalar", formula="a + c"))[0]
    old = question("scalar", **{"from": (NOW - 40_003_600) * 1000, "to": (NOW - 40_000_000) * 1000})
    said = refused(400, vendor, "v2", "query_scalar_data", old)
    assert said == ["Queries ending outside the retention date are invalid"]
    # Of what is never taken in there is nothing.
    none = {**logs("a"), "data_source": "rum"}
    assert vendor("v2", "query_scalar_data", question("scalar", none)).data.attributes.columns[0].values == []


def test_events_and_checks_are_found_by_monitors(world: tuple[Running, Client]) -> None:
    """An event is counted by a search, a service check by its monitor; an event of yesterday is refused."""
    backend, vendor = world
    made = vendor("v1", "create_event", {"title": "t", "text": "x", "tags": ["env:demo"]}).event
    assert (made.title, made.tags) == ("t", ["env:demo"])
    old = {"title": "t", "text": "x", "date_happened": NOW - 86_400}
    assert refused(400, vendor, "v1", "create_event", old) == ["Event too far in the past"]
    run = {"check": "app.ok", "host_name": "h", "status": 2, "tags": ["env:demo"]}
    assert vendor("v1", "submit_service_check", [run]).status == "ok"
    backend.store.flush()
    kinds = backend.store.rows("SELECT attributes FROM logs WHERE attributes LIKE '%dogstatsd%' ORDER BY attributes")
    assert len(kinds) == 2
    assert '"check_status":2' in kinds[0][0].replace(" ", "") + kinds[1][0].replace(" ", "")


def test_events_are_listed_and_read(world: tuple[Running, Client]) -> None:
    """The newest first, by tags, sources and priority, with what monitors told; one that is not there is an error."""
    backend, vendor = world
    now = int(time.time())
    said = {"title": "Deployed", "text": "2.0", "tags": ["env:listed"], "alert_type": "success", "priority": "low"}
    made = vendor("v1", "create_event", {**said, "source_type_name": "jenkins"}).event
    before = {**said, "title": "Before", "date_happened": now - 60, "alert_type": "unheard of"}
    backend.api("POST", "/api/v1/events", before)
    backend.store.flush()
    told = Event(now * 1000, "[Triggered] Slow", "x", "monitor", "5", "ALERT", ("env:listed",))
    backend.backend.standings.add_event(told)
    window = {"start": now - 120, "end": now + 60}
    found = vendor("v1", "list_events", tags="env:listed", **window).events
    assert {each.title for each in found[:2]} == {"Deployed", "[Triggered] Slow"}
    assert (found[2].title, str(found[2].alert_type), found[2].date_happened) == ("Before", "info", now - 60)
    (alert,) = vendor("v1", "list_events", tags="env:listed", sources="alert", **window).events
    assert (str(alert.alert_type), str(alert.priority)) == ("error", "normal")
    assert vendor("v1", "get_event", event_id=alert.id).event.title == "[Triggered] Slow"
    (one,) = vendor("v1", "list_events", sources="jenkins", priority="low", **window).events
    assert (one.id, one.text, one.tags, str(one.alert_type)) == (made.id, "2.0", ["env:listed"], "success")
    assert vendor("v1", "get_event", event_id=made.id).event.title == "Deployed"
    assert vendor("v1", "list_events", page=1, unaggregated=True, **window).events == []
    refused(404, vendor, "v1", "get_event", event_id=10**15)
    refused(400, vendor, "v1", "list_events", start=now, end=now)


def test_a_gate_is_evaluated(world: tuple[Running, Client], monkeypatch: pytest.MonkeyPatch) -> None:
    """In progress while its rule looks, passed after that, failed as soon as a monitor that it finds alerts."""
    backend, vendor = world
    gate = vendor("v2", "create_deployment_gate", examples.gate()).data.id
    rule = examples.gate_rule()
    rule["data"]["attributes"] |= {"dry_run": False}
    made = vendor("v2", "create_deployment_rule", rule, gate_id=gate).data.id
    monitor = backend.api("POST", "/api/v1/monitor", examples.monitor(name="Gated", tags=["service:shop"]))["id"]
    said = {"service": "shop", "env": "prod", "identifier": "one"}
    body = {"data": {"type": "deployment_gates_evaluation_request", "attributes": said}}
    results = []
    for state in (State.OK, State.ALERT):
        standings = {str(monitor): Standing(state, NOW, NOW, "", {})}
        monkeypatch.setattr(type(backend.backend.standings), "all", lambda _self, found=standings: found)
        own = vendor("v2", "trigger_deployment_gates_evaluation", body).data.attributes.evaluation_id
        for earlier in (0, 61):
            kept = backend.backend.objects.get("gate_evaluation", own) or {}
            backend.backend.objects.put("gate_evaluation", own, {**kept, "at": kept["at"] - earlier})
            found = vendor("v2", "get_deployment_gates_evaluation_result", id=uuid.UUID(own)).data.attributes
            results.append(str(found.gate_status))
    assert results == ["in_progress", "pass", "fail", "fail"]
    assert "Gated" in found.rules[0].reason
    assert vendor("v2", "get_deployment_gate", id=gate).data.attributes.identifier == "one"
    change = {"data": {"type": "deployment_gate", "id": gate, "attributes": {"dry_run": True}}}
    assert vendor("v2", "update_deployment_gate", change, id=gate).data.id == gate
    assert vendor("v2", "update_deployment_rule", rule, gate_id=gate, id=made).data.attributes.name == "r"
    vendor("v2", "delete_deployment_rule", gate_id=gate, id=made)
    vendor("v2", "delete_deployment_gate", id=gate)
    none = {"data": {**body["data"], "attributes": {**said, "env": "none"}}}
    (reason,) = refused(404, vendor, "v2", "trigger_deployment_gates_evaluation", none)
    assert "no gate found for service shop, env none, and identifier one" in reason
