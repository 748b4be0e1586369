"""The vendor's REST API, asked by the official client: SLOs, monitors, dashboards, metric configurations."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from . import examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .kit import Running

# The client's classes declare no types.
datadog: Any = importlib.import_module("datadog_api_client")
ApiException: Any = importlib.import_module("datadog_api_client.exceptions").ApiException


def family(name: str) -> Any:
    """Return a class of the client's first version."""
    module = {"ServiceLevelObjectivesApi": "service_level_objectives_api"}.get(name, name[:-3].lower() + "_api")
    return getattr(importlib.import_module(f"datadog_api_client.v1.api.{module}"), name)


@pytest.fixture
def vendor(backend: Running) -> Iterator[Any]:
    settings = datadog.Configuration(host=backend.addresses["api"])
    settings.api_key |= {"apiKeyAuth": "any", "appKeyAuth": "any"}
    with datadog.ApiClient(settings) as made:
        yield made


def typed(vendor: Any, name: str, data: dict[str, Any]) -> Any:
    """Return a body as the client's own type, strictly checked."""
    module = {
        "ServiceLevelObjectiveRequest": "service_level_objective_request",
        "ServiceLevelObjective": "service_level_objective",
        "Monitor": "monitor",
        "MonitorUpdateRequest": "monitor_update_request",
        "Dashboard": "dashboard",
    }[name]
    wanted = getattr(importlib.import_module(f"datadog_api_client.v1.model.{module}"), name)
    return vendor.deserialize(json.dumps(data), (wanted,), True)  # noqa: FBT003 - its own signature


def refused(status: int, call: Callable[..., Any], *arguments: Any, **named: Any) -> list[str]:
    """Call, and return the errors of the vendor's body."""
    with pytest.raises(ApiException) as failed:
        call(*arguments, **named)
    assert failed.value.status == status
    errors = (
        json.loads(failed.value.body)["errors"] if isinstance(failed.value.body, str) else failed.value.body["errors"]
    )
    return [str(each) for each in errors]


def slo_body(**values: Any) -> dict[str, Any]:
    return {
        key: value for key, value in examples.slo(**values).items() if key not in {"timeframe", "monitor_ids", "groups"}
    }


def test_slos_live_through_the_official_client(backend: Running, vendor: Any) -> None:
    """Create, get, list, search, update, can_delete, delete; then it is gone."""
    api = family("ServiceLevelObjectivesApi")(vendor)
    made = api.create_slo(body=typed(vendor, "ServiceLevelObjectiveRequest", slo_body(name="Till works"))).data[0]
    assert (made.name, made.tags, made.thresholds[0].target) == ("Till works", ["team:shop"], 99.0)
    got = api.get_slo(made.id).data
    assert (got.id, got.target_threshold, str(got.timeframe)) == (made.id, 99.0, "30d")
    assert [each.id for each in api.list_slos(query="till works").data] == [made.id]
    assert [each.id for each in api.list_slos(ids=made.id).data] == [made.id]
    assert api.list_slos(query="till works").metadata.page.total_filtered_count == 1
    found = api.search_slo(query="till").data.attributes.slos
    assert [each.data.id for each in found] == [made.id]
    changed = typed(vendor, "ServiceLevelObjective", slo_body(name="Till sells", description="new"))
    assert api.update_slo(made.id, body=changed).data[0].name == "Till sells"
    assert api.get_slo(made.id).data.created_at == made.created_at
    assert api.check_can_delete_slo(ids=made.id).data.ok == [made.id]
    assert api.delete_slo(made.id).data == [made.id]
    assert refused(404, api.get_slo, made.id) == [f"SLO not found: {made.id} not found"]
    assert backend.api("GET", "/api/v1/slo?query=till")["data"] == []


def test_an_slo_that_a_dashboard_shows_is_not_deleted(backend: Running, vendor: Any) -> None:
    """409 with the vendor's map of reasons, unless it is forced."""
    api = family("ServiceLevelObjectivesApi")(vendor)
    made = backend.api("POST", "/api/v1/slo", slo_body(name="Shown"))["data"][0]
    widget = {"definition": {"type": "slo", "slo_id": made["id"], "view_type": "detail"}}
    board = backend.api("POST", "/api/v1/dashboard", examples.dashboard(widgets=[widget]))
    with pytest.raises(ApiException) as failed:
        api.check_can_delete_slo(ids=made["id"])
    assert failed.value.status == 409
    assert board["id"] in str(failed.value.body)
    with pytest.raises(ApiException) as failed:
        api.delete_slo(made["id"])
    assert failed.value.status == 409
    assert api.delete_slo(made["id"], force="true").data == [made["id"]]
    backend.api("DELETE", f"/api/v1/dashboard/{board['id']}")


def test_monitors_live_through_the_official_client(vendor: Any) -> None:
    """Create, validate, get, list, search, update, can_delete, delete; a duplicate is refused."""
    api = family("MonitorsApi")(vendor)
    body = {key: value for key, value in examples.monitor(name="Too slow").items() if value is not None}
    body["type"] = "metric alert"
    monitor = typed(vendor, "Monitor", body)
    api.validate_monitor(body=monitor)
    made = api.create_monitor(body=monitor)
    assert (made.name, str(made.overall_state), made.options.thresholds.critical) == ("Too slow", "No Data", 5.0)
    assert "Duplicate of an existing monitor_id" in refused(400, api.create_monitor, body=monitor)[0]
    assert api.get_monitor(made.id).query == body["query"]
    assert [each.id for each in api.list_monitors(name="too slow", monitor_tags="team:shop")] == [made.id]
    assert [each.id for each in api.search_monitors(query="slow").monitors] == [made.id]
    changed = api.update_monitor(made.id, body=typed(vendor, "MonitorUpdateRequest", {"name": "Far too slow"}))
    assert (changed.name, changed.query) == ("Far too slow", body["query"])
    assert api.check_can_delete_monitor(monitor_ids=[made.id]).data.ok == [made.id]
    assert api.delete_monitor(made.id).deleted_monitor_id == made.id
    assert refused(404, api.get_monitor, made.id) == ["Monitor not found"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"query": "sum(last_5m):sum:hits{*}.as_count() > 6"}, "does not match that used in query"),
        ({"query": "nonsense"}, "query"),
        ({"type": "no alert"}, "type"),
        ({"name": ""}, "name"),
        ({"priority": 9}, "priority"),
        (
            {
                "type": "slo alert",
                "options": {},
                "query": 'burn_rate("nope").over("30d").long_window("1h").short_window("5m") > 14.4',
            },
            "nope",
        ),
    ],
)
def test_wrong_monitors_are_refused_with_the_reason(backend: Running, wrong: dict[str, Any], said: str) -> None:
    """The field or the part of the query that is wrong is named, in the vendor's body."""
    answer = backend.send("api", "POST", "/api/v1/monitor", json.dumps(examples.monitor(**wrong)))
    assert answer.status == 400
    assert said in json.loads(answer.data)["errors"][0]


def test_a_monitor_that_an_slo_counts_on_is_not_deleted(backend: Running, vendor: Any) -> None:
    """The reason names the SLO."""
    api = family("MonitorsApi")(vendor)
    made = backend.api("POST", "/api/v1/monitor", examples.monitor(name="Counted on"))
    slo = backend.api("POST", "/api/v1/slo", examples.slo(type="monitor", query=None, monitor_ids=[made["id"]]))
    slo_id = slo["data"][0]["id"]
    with pytest.raises(ApiException) as failed:
        api.check_can_delete_monitor(monitor_ids=[made["id"]])
    assert failed.value.status == 409
    assert slo_id in refused(400, api.delete_monitor, made["id"])[0]
    backend.api("DELETE", f"/api/v1/slo/{slo_id}")
    backend.api("DELETE", f"/api/v1/monitor/{made['id']}")


def test_dashboards_live_through_the_official_client(vendor: Any) -> None:
    """Create, get, list, update, delete; widgets get ids and keep them."""
    api = family("DashboardsApi")(vendor)
    body = examples.dashboard(title="Till")
    made = api.create_dashboard(body=typed(vendor, "Dashboard", body))
    assert made.title == "Till"
    assert made.url.startswith(f"/dashboard/{made.id}/till")
    got = api.get_dashboard(made.id)
    assert got.widgets[0].definition.widgets[0].definition.content == "c"
    assert made.id in [each.id for each in api.list_dashboards().dashboards]
    again = typed(
        vendor,
        "Dashboard",
        {**body, "title": "Tills", "widgets": [{"id": 7, "definition": {"type": "note", "content": "x"}}]},
    )
    changed = api.update_dashboard(made.id, body=again)
    assert (changed.title, changed.widgets[0].id) == ("Tills", 7)
    assert api.delete_dashboard(made.id).deleted_dashboard_id == made.id
    assert refused(404, api.get_dashboard, made.id) == [f"Dashboard with ID {made.id} not found"]


def test_an_slo_with_wrong_ids_does_not_poison_the_others(backend: Running) -> None:
    """`monitor_ids` that are no numbers are refused: every monitor's deletion reads them."""
    wrongs: tuple[Any, ...] = (5, "x", [None], [{"a": 1}], {})
    for wrong in wrongs:
        body = examples.slo(monitor_ids=wrong)
        status = backend.send("api", "POST", "/api/v1/slo", json.dumps(body)).status
        assert status == (200 if wrong == {} else 400), wrong
    assert backend.send("api", "GET", "/api/v1/monitor/can_delete?monitor_ids=1").status == 200


def test_objects_survive_a_restart_and_numbers_are_not_used_twice(backend: Running) -> None:
    """Ids grow also after a deletion."""
    first = backend.api("POST", "/api/v1/monitor", examples.monitor(name="first"))["id"]
    backend.api("DELETE", f"/api/v1/monitor/{first}")
    second = backend.api("POST", "/api/v1/monitor", examples.monitor(name="second"))["id"]
    assert second > first
    backend.api("DELETE", f"/api/v1/monitor/{second}")


def test_what_the_store_lost_is_shown_beside_what_was_dropped(
    backend: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that were acknowledged and then refused by the database are counted where everybody looks."""
    monkeypatch.setattr(backend.store._writer, "lost", 7)
    assert backend.api("GET", "/api/local/v1/counters")["store"]["lost"] == 7
