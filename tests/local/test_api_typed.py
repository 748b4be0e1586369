"""Every emulated route of the vendor's API is driven by the official client, unmodified, through its typed calls."""

from __future__ import annotations

import ast
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from . import examples
from .test_api import refused
from .vendor_calls import Client, calls, shape
from .world import routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .kit import Running

pytestmark = [
    pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Using unstable operation:UserWarning"),
]
NO_CALL: dict[tuple[str, str], str] = {}
"""Emulated routes that the client has no call for, each with the reason why they are there."""


@pytest.fixture(scope="module")
def vendor(backend: Running) -> Iterator[Client]:
    made = Client(backend.addresses["api"])
    yield made
    made.close()


def test_every_route_is_driven_through_a_typed_call(backend: Running) -> None:
    """A new route without a call in these tests fails here."""
    files = [*Path(__file__).parent.glob("test_api*.py"), *Path(__file__).parent.glob("test_intake_*.py")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    made = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    made |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    known = calls()
    emulated = {shape(method, path) for app, method, path in routes(backend) if app == "api" and "/api/v" in path}
    assert emulated - known.keys() == NO_CALL.keys()
    undriven = {at: known[at] for at in emulated & known.keys() if not known[at] & made}
    assert not undriven


def test_keys_are_validated(vendor: Client) -> None:
    """The client learns that its keys are good."""
    assert vendor("v1", "validate").valid is True


def test_monitors_are_validated_and_searched_by_group(backend: Running, vendor: Client) -> None:
    """One that is there is validated again; the search tells of each group."""
    number = backend.api("POST", "/api/v1/monitor", examples.monitor(name="Grouped by nobody"))["id"]
    vendor("v1", "validate_existing_monitor", examples.monitor(), monitor_id=number)
    (group,) = vendor("v1", "search_monitor_groups", query="nobody").groups
    assert (group.monitor_id, group.group) == (number, "total")
    backend.api("DELETE", f"/api/v1/monitor/{number}")


def test_monitors_that_others_count_on_are_kept(backend: Running, vendor: Client) -> None:
    """A composite and an SLO hold a monitor in the vendor's words; `force` lets go of it."""
    one, other = (backend.api("POST", "/api/v1/monitor", examples.monitor(name=name))["id"] for name in ("A", "B"))
    body = {"type": "composite", "query": f"{one} && {other}", "name": "Both", "message": ""}
    both = backend.api("POST", "/api/v1/monitor", body)["id"]
    slo = {"type": "monitor", "name": "Kept", "monitor_ids": [other], "thresholds": [{"timeframe": "7d", "target": 99}]}
    (kept,) = backend.api("POST", "/api/v1/slo", slo)["data"]
    said = refused(409, vendor, "v1", "check_can_delete_monitor", monitor_ids=[one, other, both])
    assert sorted(said) == sorted([str(one), str(other)])
    (reason,) = refused(400, vendor, "v1", "delete_monitor", monitor_id=one)
    assert reason == f"monitor [{one},A] is referenced in composite monitors: [{both},Both]"
    reasons = refused(400, vendor, "v1", "delete_monitor", monitor_id=other)
    assert reasons[1] == f"monitor [{other},B] is referenced in slos: [{kept['id']},Kept]"
    for number in (one, other, both):
        assert vendor("v1", "delete_monitor", monitor_id=number, force="true").deleted_monitor_id == number


def test_timeframes_are_taken_from_slos(backend: Running, vendor: Client) -> None:
    """An SLO that keeps one is changed, one that loses its last is deleted; what is not there is an error."""
    thresholds = [{"timeframe": "7d", "target": 99.0}, {"timeframe": "30d", "target": 99.5}]
    (two,) = backend.api("POST", "/api/v1/slo", examples.slo(thresholds=thresholds, timeframe="7d"))["data"]
    (one,) = backend.api("POST", "/api/v1/slo", examples.slo(thresholds=thresholds[:1], timeframe="7d"))["data"]
    wanted = {two["id"]: ["7d"], one["id"]: ["7d"], "f" * 32: ["7d"]}
    answer = vendor("v1", "delete_slo_timeframe_in_bulk", wanted)
    assert (answer.data.deleted, answer.data.updated, answer.errors[0].id) == ([one["id"]], [two["id"]], "f" * 32)
    left = vendor("v1", "get_slo", slo_id=two["id"]).data
    assert [(str(each.timeframe), each.target) for each in left.thresholds] == [("30d", 99.5)]
    backend.api("DELETE", f"/api/v1/slo/{two['id']}")


def test_an_slo_tells_its_status_between_two_times(backend: Running, vendor: Client) -> None:
    """With events it has one; the budget that is left is told in requests."""
    (made,) = backend.api("POST", "/api/v1/slo", examples.slo(name="Status"))["data"]
    now = int(time.time())
    numerator, denominator = (made["query"][key] for key in ("numerator", "denominator"))
    for text, value in ((numerator, 990.0), (denominator, 1000.0)):
        name = text.partition(":")[2].partition("{")[0]
        tags = tuple(each for each in text.partition("{")[2].partition("}")[0].split(",") if ":" in each)
        series = backend.store.index.intern(name, "count", tags) or 0
        backend.store.metrics.add(series, now - 300, value)
    backend.store.flush()
    found = vendor("v2", "get_slo_status", slo_id=made["id"], from_ts=now - 3600, to_ts=now).data
    assert found.id == made["id"]
    assert 0 < found.attributes.sli <= 100
    assert found.attributes.raw_error_budget_remaining.unit == "requests"
    backend.api("DELETE", f"/api/v1/slo/{made['id']}")


def test_downtimes_change_and_are_cancelled_by_scope(vendor: Client) -> None:
    """In the older form and in the newer."""
    made = vendor("v1", "create_downtime", {"scope": ["env:typed"], "end": 4_000_000_000})
    changed = vendor("v1", "update_downtime", {"scope": ["env:typed"], "message": "m"}, downtime_id=made.id)
    assert changed.message == "m"
    assert vendor("v1", "cancel_downtimes_by_scope", {"scope": "env:typed"}).cancelled_ids == [made.id]
    new = vendor("v2", "create_downtime", examples.downtime_v2()).data
    body = {"data": {"type": "downtime", "id": new.id, "attributes": {"message": "newer"}}}
    assert vendor("v2", "update_downtime", body, downtime_id=new.id).data.attributes.message == "newer"
    vendor("v2", "cancel_downtime", downtime_id=new.id)


def test_rules_and_powerpacks_change(vendor: Client) -> None:
    """A notification rule and a powerpack, each renamed."""
    rule = vendor("v2", "create_monitor_notification_rule", examples.notification_rule()).data
    body = examples.notification_rule()
    body["data"] |= {"id": rule.id}
    body["data"]["attributes"]["name"] = "renamed"
    changed = vendor("v2", "update_monitor_notification_rule", body, rule_id=rule.id)
    assert changed.data.attributes.name == "renamed"
    pack = vendor("v2", "create_powerpack", examples.powerpack()).data
    body = examples.powerpack()
    body["data"]["attributes"]["name"] = "renamed"
    assert vendor("v2", "update_powerpack", body, powerpack_id=pack.id).data.attributes.name == "renamed"
    vendor("v2", "delete_powerpack", powerpack_id=pack.id)


def synthetics_test(kind: str) -> dict[str, Any]:
    """Return a test as the client's types want each kind."""
    shared = {"name": "Home", "type": kind, "locations": ["aws:eu-west-3"], "message": "m", "tags": ["env:prod"]}
    step = {"type": "refresh", "name": "again", "params": {}}
    request = {"method": "GET", "url": "https://example.com"}
    if kind == "api":
        assertion = {"type": "statusCode", "operator": "is", "target": 200}
        config = {"request": request, "assertions": [assertion]}
        return {**shared, "subtype": "http", "config": config, "options": {"tick_every": 60}}
    if kind == "browser":
        options = {"tick_every": 60, "device_ids": ["chrome.laptop_large"]}
        return {**shared, "config": {"request": request, "assertions": []}, "options": options, "steps": [step]}
    application = {"applicationId": "a", "referenceId": "r", "referenceType": "latest"}
    options = {"tick_every": 300, "device_ids": ["iphone_15"], "mobileApplication": application}
    del shared["locations"]
    return {**shared, "config": {"variables": []}, "options": options}


_API_RESULTS = ("get_api_test_latest_results", "get_api_test_result")
KINDS = {
    "api": ("create_synthetics_api_test", "get_api_test", "update_api_test", *_API_RESULTS),
    "browser": (
        "create_synthetics_browser_test", "get_browser_test", "update_browser_test",
        "get_browser_test_latest_results", "get_browser_test_result",
    ),
    "mobile": ("create_synthetics_mobile_test", "get_mobile_test", "update_mobile_test", *_API_RESULTS),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_synthetics_tests_of_each_kind(vendor: Client, kind: str) -> None:
    """Created, read in both ways, replaced, changed in part, without results; reads say who made it."""
    create, get, update, latest, result = KINDS[kind]
    body = synthetics_test(kind)
    made = vendor("v1", create, body)
    own = {"public_id": made.public_id}
    assert vendor("v1", get, **own).name == body["name"]
    assert vendor("v1", update, {**body, "name": "replaced"}, **own).name == "replaced"
    patch = {"data": [{"op": "replace", "path": "/name", "value": "patched"}, {"op": "remove", "path": "/tags/0"}]}
    assert vendor("v1", "patch_test", patch, **own).name == "patched"
    read = vendor("v1", "get_test", **own)
    assert (read.name, read.creator.handle) == ("patched", "local@sightline")
    assert vendor("v1", latest, **own).results == []
    assert "not run" in refused(404, vendor, "v1", result, result_id="1", **own)[0]
    asked = {"from_ts": 1_700_000_000, "to_ts": 1_700_003_600, "public_ids": [made.public_id]}
    (uptime,) = vendor("v1", "fetch_uptimes", asked)
    assert (uptime.public_id, uptime.overall.history) == (made.public_id, [])
    vendor("v1", "delete_tests", {"public_ids": [made.public_id]})


def test_a_patch_that_leads_nowhere_is_refused(backend: Running, vendor: Client) -> None:
    """A missing place, a failed test and a place inside what is moved: 400, and nothing is changed."""
    made = backend.api("POST", "/api/v1/synthetics/tests/api", examples.synthetics_test("api"))["public_id"]
    for operation in (
        {"op": "remove", "path": "/config/nothing/0"},
        {"op": "test", "path": "/name", "value": "another"},
        {"op": "move", "from": "/config", "path": "/config/request"},
    ):
        refused(400, vendor, "v1", "patch_test", {"data": [operation]}, public_id=made)
    assert vendor("v1", "get_test", public_id=made).name == examples.synthetics_test("api")["name"]


def test_network_path_tests(vendor: Client) -> None:
    """Created, read, replaced and deleted in the newer form."""
    body = examples.bodies()["api", "/api/v2/synthetics/tests/network"][0].data
    body["data"]["attributes"] = {**body["data"]["attributes"], "config": NETWORK}
    made = vendor("v2", "create_synthetics_network_test", body).data
    own = {"public_id": made.attributes.public_id}
    assert vendor("v2", "get_synthetics_network_test", **own).data.attributes.name == made.attributes.name
    body["data"]["attributes"]["name"] = "replaced"
    assert vendor("v2", "update_synthetics_network_test", body, **own).data.attributes.name == "replaced"
    wanted = {"data": {"type": "delete_tests_request", "attributes": {"public_ids": [own["public_id"]]}}}
    assert vendor("v2", "delete_synthetics_tests", wanted).data[0].attributes.public_id == own["public_id"]


NETWORK = {
    "assertions": [{"type": "latency", "property": "avg", "operator": "lessThan", "target": 500}],
    "request": {"host": "localhost", "port": 443, "traceroute_queries": 3, "max_ttl": 30, "e2e_queries": 50},
}


def test_distributions_are_taken(vendor: Client) -> None:
    """Points of a distribution: a time with its values."""
    series = {"metric": "typed.lasted", "points": [[int(time.time()), [1.0, 2.0]]], "tags": ["env:demo"]}
    assert vendor("v1", "submit_distribution_points", {"series": [series]}).status == "ok"


def test_metric_configurations(vendor: Client) -> None:
    """Created, read, changed and deleted."""
    own = {"metric_name": "typed.metric"}
    made = vendor("v2", "create_tag_configuration", examples.metric_configuration("typed.metric"), **own).data
    assert vendor("v2", "list_tag_configuration_by_name", **own).data.id == made.id == "typed.metric"
    change = {"data": {"type": "manage_tags", "id": "typed.metric", "attributes": {"tags": ["env"]}}}
    assert vendor("v2", "update_tag_configuration", change, **own).data.attributes.tags == ["env"]
    vendor("v2", "delete_tag_configuration", **own)
    refused(404, vendor, "v2", "list_tag_configuration_by_name", **own)


def deployment(**values: Any) -> dict[str, Any]:
    said = {"service": "shop", "env": "demo", "version": "1.2", "started_at": 1_700_000_000 * 10**9}
    return {"data": {"attributes": {**said, "finished_at": 1_700_000_060 * 10**9, **values}}}


def test_deployments_and_failures_are_events(backend: Running, vendor: Client) -> None:
    """Each is listed, read and deleted; the console shows it among its events."""
    made = vendor("v2", "create_dora_deployment", deployment()).data
    failure = {"services": ["shop"], "name": "down", "severity": "High", "started_at": 1_700_000_100 * 10**9}
    failed = vendor("v2", "create_dora_failure", {"data": {"attributes": failure}}).data
    vendor("v2", "create_dora_incident", {"data": {"attributes": failure}})
    for kind, own, number in (("deployment", made.id, 1), ("failure", failed.id, 2)):
        listed, get, delete = DORA[kind]
        window = {"from": "2023-11-14T00:00:00Z", "to": "2023-11-15T00:00:00Z"}
        body = {"data": {"type": f"dora_{kind}s_list_request", "attributes": window}}
        assert len(vendor("v2", listed, body).data) == number
        assert vendor("v2", get, **{f"{kind}_id": own}).data.id == own
        vendor("v2", delete, **{f"{kind}_id": own})
        refused(404, vendor, "v2", get, **{f"{kind}_id": own})
    assert "Deployment of shop 1.2" in [each["title"] for each in backend.backend.standings.events()]


def test_a_deployment_is_marked_as_failed(backend: Running, vendor: Client) -> None:
    """And as stable again; the console shows it among its events."""
    made = vendor("v2", "create_dora_deployment", deployment(version="1.3")).data
    for failed, word in ((True, "failed"), (False, "is stable")):
        said = {"change_failure": failed, "remediation": {"id": "a", "type": "rollback"}}
        body = {"data": {"type": "dora_deployment_patch_request", "id": made.id, "attributes": said}}
        vendor("v2", "patch_dora_deployment", body, deployment_id=made.id)
        assert f"Deployment of shop 1.3 {word}" in [each["title"] for each in backend.backend.standings.events()]
    assert vendor("v2", "get_dora_deployment", deployment_id=made.id).data.attributes.version == "1.3"
    refused(404, vendor, "v2", "patch_dora_deployment", body, deployment_id="none")
    vendor("v2", "delete_dora_deployment", deployment_id=made.id)


DORA = {
    "deployment": ("list_dora_deployments", "get_dora_deployment", "delete_dora_deployment"),
    "failure": ("list_dora_failures", "get_dora_failure", "delete_dora_failure"),
}
