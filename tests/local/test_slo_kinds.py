"""SLOs that count time, and corrections, as the API and the console show them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from sightline_datadog.evaluate.machine import Moved
from sightline_datadog.evaluate.states import Standing, State, Transition

from . import examples

if TYPE_CHECKING:
    from .kit import Running

SLICE = 300


def sliced(**values: Any) -> dict[str, Any]:
    asked = {
        "formulas": [{"formula": "q"}],
        "queries": [{"data_source": "metrics", "name": "q", "query": "avg:p95{*}"}],
    }
    specification = {"comparator": "<", "threshold": 2, "query_interval_seconds": SLICE, "query": asked}
    body = examples.slo(type="time_slice", sli_specification={"time_slice": specification}, query=None)
    return {**body, "thresholds": [{"timeframe": "7d", "target": 99.0}], "timeframe": "7d", **values}


@pytest.fixture(scope="module")
def slow(backend: Running) -> tuple[dict[str, Any], int]:
    """A time-slice SLO and the begin of its only slow slice, an hour ago."""
    (made,) = backend.api("POST", "/api/v1/slo", sliced())["data"]
    begin = (int(time.time()) - 3600) // SLICE * SLICE
    series = backend.store.index.intern("p95", "gauge", ("service:web",)) or 0
    for moment, value in ((begin - SLICE, 1.0), (begin, 3.0), (begin + SLICE, 1.0)):
        backend.store.metrics.gauge(series, moment + 10, value)
    backend.store.flush()
    return made, begin


def test_search_tells_how_a_time_slice_slo_stands(backend: Running, slow: tuple[dict[str, Any], int]) -> None:
    """Five minutes of seven days are down; everything without data is up."""
    found = backend.api("GET", "/api/v1/slo/search?query=checkout")["data"]["attributes"]["slos"]
    (stand,) = found[0]["data"]["attributes"]["overall_status"]
    assert slow[0]["id"] == found[0]["data"]["id"]
    assert stand["status"] == pytest.approx(100 * (1 - SLICE / (7 * 86400)))
    assert stand["error"] is None


def test_history_tells_when_it_was_down(backend: Running, slow: tuple[dict[str, Any], int]) -> None:
    """Pairs of a time and 0 for up or 1 for down, as the vendor's specification has them."""
    made, begin = slow
    path = f"/api/v1/slo/{made['id']}/history?from_ts={begin - 3600}&to_ts={begin + 1800}"
    overall = backend.api("GET", path)["data"]["overall"]
    assert overall["history"] == [[begin - 3600, 0], [begin, 1], [begin + SLICE, 0]]
    assert overall["sli_value"] == pytest.approx(100 * (1 - SLICE / 5400))


def test_the_console_shows_it(backend: Running, slow: tuple[dict[str, Any], int]) -> None:
    """A row with its numbers, its seconds and what is left of the budget: no refusal."""
    page = backend.api("GET", f"/api/local/v1/slos/{slow[0]['id']}")
    assert page["row"]["not_evaluated"] is None
    assert page["row"]["sli"] == pytest.approx(100 * (1 - SLICE / (7 * 86400)))
    (stand,) = page["statuses"]
    assert (stand["total"], stand["total"] - stand["good"]) == (7 * 86400, SLICE)
    assert page["budget_series"]


def test_a_correction_makes_it_up(backend: Running, slow: tuple[dict[str, Any], int]) -> None:
    """Also one that finds the SLO by its tags."""
    made, begin = slow
    correction = {
        "category": "Deployment",
        "start": begin - 60,
        "end": begin + SLICE,
        "slo_query": "team:shop",
    }
    body = {"data": {"type": "correction", "attributes": correction}}
    kept = backend.api("POST", "/api/v1/slo/correction", body)["data"]["id"]
    path = f"/api/v1/slo/{made['id']}/history?from_ts={begin - 3600}&to_ts={begin + 1800}"
    assert backend.api("GET", path)["data"]["overall"]["sli_value"] == 100
    assert backend.send("api", "DELETE", f"/api/v1/slo/correction/{kept}").status == 204


def test_a_monitor_slo_is_told_from_how_its_monitor_went(backend: Running) -> None:
    """Ten minutes of the hour since its first look were down: the API and the console say the same, group by group."""
    query = "sum(last_5m):sum:went{*} by {host}.as_count() > 5"
    watched = backend.api("POST", "/api/v1/monitor", examples.monitor(name="Went", query=query, options={}))["id"]
    body = examples.slo(name="Went", type="monitor", query=None, monitor_ids=[watched])
    (made,) = backend.api("POST", "/api/v1/slo", body)["data"]
    now = int(time.time())
    group, first = ("host:a",), now - 3600
    went = [(first, "NO DATA", "OK"), (first + 600, "OK", "ALERT"), (first + 1200, "ALERT", "OK")]
    changes = tuple(Transition(at, State(before), State(after), "", {}, group) for at, before, after in went)
    standing = Standing(State.OK, first + 1200, now, reported=first, last_triggered=first + 600)
    backend.backend.standings.record({str(watched): Moved({group: standing}, changes)}, [])
    told = backend.api("GET", f"/api/v1/slo/{made['id']}/history?from_ts={first}&to_ts={now}")["data"]
    assert told["overall"]["history"] == [[first, 0], [first + 600, 1], [first + 1200, 0]]
    assert [each["name"] for each in told["groups"]] == [f"monitor:{watched},host:a"]
    sli = pytest.approx(100 * 5 / 6, abs=0.1)
    assert told["overall"]["sli_value"] == sli
    row = backend.api("GET", f"/api/local/v1/slos/{made['id']}")["row"]
    assert (row["not_evaluated"], row["sli"]) == (None, sli)


def test_a_monitor_tells_its_groups_where_that_is_asked(backend: Running) -> None:
    """All of them or those in a state, of one monitor and of a list; nothing of them else."""
    query = "sum(last_5m):sum:grouped{*} by {host}.as_count() > 5"
    watched = backend.api("POST", "/api/v1/monitor", examples.monitor(name="Grouped", query=query, options={}))["id"]
    standings: dict[tuple[str, ...], Standing] = {
        ("host:a",): Standing(State.ALERT, 20, 30, reported=10, last_triggered=20),
        ("host:b",): Standing(State.OK, 10, 30, reported=10),
        ("host:c",): Standing(State.NO_DATA, 10, 30),
    }
    backend.backend.standings.record({str(watched): Moved(standings)}, [])
    path = f"/api/v1/monitor/{watched}"
    assert "state" not in backend.api("GET", path)
    found = backend.api("GET", f"{path}?group_states=all")
    assert found["overall_state"] == "Alert"
    assert {name: each["status"] for name, each in found["state"]["groups"].items()} == {
        "host:a": "Alert", "host:b": "OK"
    }  # fmt: skip
    assert found["state"]["groups"]["host:a"]["last_triggered_ts"] == 20
    for asked, names in (("alert", ["host:a"]), ("no%20data,ok", ["host:b"]), ("warn", [])):
        (one,) = backend.api("GET", f"/api/v1/monitor?name=grouped&group_states={asked}")
        assert list(one["state"]["groups"]) == names
    searched = backend.api("GET", "/api/v1/monitor/groups/search?query=grouped")["groups"]
    assert [(each["group"], each["status"]) for each in searched] == [("host:a", "Alert"), ("host:b", "OK")]
