"""The rest of the vendor's REST API, asked by the official client: what is created comes back typed, then is gone."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from . import examples
from .test_api import datadog, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .kit import Running

UNSTABLE = (
    "create_deployment_gate", "list_deployment_gates", "delete_deployment_gate", "create_deployment_rule",
    "get_deployment_rule", "get_deployment_gate_rules",
)  # fmt: skip


@pytest.fixture
def vendor(backend: Running) -> Iterator[Any]:
    settings = datadog.Configuration(host=backend.addresses["api"])
    settings.api_key |= {"apiKeyAuth": "any", "appKeyAuth": "any"}
    for name in UNSTABLE:
        settings.unstable_operations[name] = True
    with datadog.ApiClient(settings) as made:
        yield made


def api(vendor: Any, version: str, module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"datadog_api_client.{version}.api.{module}"), name)(vendor)


def typed(vendor: Any, version: str, module: str, name: str, data: dict[str, Any]) -> Any:
    wanted = getattr(importlib.import_module(f"datadog_api_client.{version}.model.{module}"), name)
    return vendor.deserialize(json.dumps(data), (wanted,), True)  # noqa: FBT003 - its own signature


def test_corrections(backend: Running, vendor: Any) -> None:
    """Create, get, list, those of an SLO, update, delete."""
    slo = backend.api("POST", "/api/v1/slo", examples.slo(name="Corrected"))["data"][0]["id"]
    family = api(vendor, "v1", "service_level_objective_corrections_api", "ServiceLevelObjectiveCorrectionsApi")
    body = examples.correction()
    body["data"]["attributes"] |= {"slo_id": slo}
    del body["data"]["attributes"]["slo_query"]
    module = "slo_correction_create_request"
    made = family.create_slo_correction(body=typed(vendor, "v1", module, "SLOCorrectionCreateRequest", body)).data
    assert (made.attributes.slo_id, str(made.attributes.category)) == (slo, "Deployment")
    assert family.get_slo_correction(made.id).data.attributes.start == 1_700_000_000
    assert made.id in [each.id for each in family.list_slo_correction().data]
    slos = api(vendor, "v1", "service_level_objectives_api", "ServiceLevelObjectivesApi")
    assert [each.id for each in slos.get_slo_corrections(slo).data] == [made.id]
    changed = {"data": {"type": "correction", "attributes": {"description": "new", "category": "Other"}}}
    update = typed(vendor, "v1", "slo_correction_update_request", "SLOCorrectionUpdateRequest", changed)
    assert family.update_slo_correction(made.id, body=update).data.attributes.description == "new"
    family.delete_slo_correction(made.id)
    assert refused(404, family.get_slo_correction, made.id)
    history = slos.get_slo_history(slo, from_ts=1_700_000_000, to_ts=1_700_086_400).data
    assert (len(history.series.times), history.overall.errors[0].error_type) == (13, "ZERO_VALUED_DENOMINATOR")
    backend.api("DELETE", f"/api/v1/slo/{slo}")


@pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")
def test_downtimes_in_both_forms(backend: Running, vendor: Any) -> None:
    """One scheduled in the older form is read in the newer; a monitor says what mutes it; cancelled ones are gone."""
    monitor = backend.api("POST", "/api/v1/monitor", examples.monitor(name="Muted"))["id"]
    old, new = (api(vendor, version, "downtimes_api", "DowntimesApi") for version in ("v1", "v2"))
    body = {"scope": ["*"], "monitor_id": monitor, "end": 4_000_000_000}
    made = old.create_downtime(body=typed(vendor, "v1", "downtime", "Downtime", body))
    assert (made.monitor_id, made.active, str(made.status)) == (monitor, True, "active")
    muted = api(vendor, "v1", "monitors_api", "MonitorsApi").get_monitor(monitor, with_downtimes=True)
    assert muted.matching_downtimes[0].id == made.id
    assert muted.options.silenced == {"*": 4_000_000_000}
    match = new.list_monitor_downtimes(monitor).data[0]
    assert match.id in [each.id for each in new.list_downtimes().data]
    assert new.get_downtime(match.id).data.attributes.monitor_identifier.monitor_id == monitor
    new.cancel_downtime(match.id)
    assert old.get_downtime(made.id).canceled
    assert new.list_monitor_downtimes(monitor).data == []
    request = typed(vendor, "v2", "downtime_create_request", "DowntimeCreateRequest", examples.downtime_v2())
    assert new.create_downtime(body=request).data.attributes.message == "m"
    backend.api("DELETE", f"/api/v1/monitor/{monitor}")


def test_powerpacks_and_notification_rules(vendor: Any) -> None:
    """Create, get, list, delete."""
    packs = api(vendor, "v2", "powerpack_api", "PowerpackApi")
    made = packs.create_powerpack(body=typed(vendor, "v2", "powerpack", "Powerpack", examples.powerpack())).data
    assert packs.get_powerpack(made.id).data.attributes.name == "p"
    assert made.id in [each.id for each in packs.list_powerpacks().data]
    packs.delete_powerpack(made.id)
    assert refused(404, packs.get_powerpack, made.id) == [f"Powerpack with ID {made.id} not found"]
    family = api(vendor, "v2", "monitors_api", "MonitorsApi")
    module = "monitor_notification_rule_create_request"
    body = typed(vendor, "v2", module, "MonitorNotificationRuleCreateRequest", examples.notification_rule())
    rule = family.create_monitor_notification_rule(body=body).data
    assert family.get_monitor_notification_rule(rule.id).data.attributes.recipients == ["slack-shop"]
    assert rule.id in [each.id for each in family.get_monitor_notification_rules().data]
    family.delete_monitor_notification_rule(rule.id)
    assert refused(404, family.get_monitor_notification_rule, rule.id) == ["Monitor Notification Rule not found"]


def test_synthetics_tests(backend: Running, vendor: Any) -> None:
    """Create, get, list, search, pause, trigger, delete; its monitor comes and goes with it, its secrets stay away."""
    family = api(vendor, "v1", "synthetics_api", "SyntheticsApi")
    body = examples.synthetics_test()
    del body["steps"], body["config"]["steps"]
    made = family.create_synthetics_api_test(body=typed(vendor, "v1", "synthetics_api_test", "SyntheticsAPITest", body))
    got = family.get_api_test(made.public_id)
    assert (got.name, str(got.status), got.locations) == ("Home", "live", ["aws:eu-west-3"])
    assert "content" not in json.dumps(got.config.request.certificate.to_dict())
    assert made.public_id in [each.public_id for each in family.list_tests().tests]
    assert family.search_tests(text="home").total >= 1
    status = typed(
        vendor, "v1", "synthetics_update_test_pause_status_payload", "SyntheticsUpdateTestPauseStatusPayload",
        {"new_status": "paused"},
    )  # fmt: skip
    assert family.update_test_pause_status(made.public_id, body=status) is True
    assert "check_status:paused" in backend.api("GET", f"/api/v1/monitor/{made.monitor_id}")["tags"]
    run = {"tests": [{"public_id": made.public_id}]}
    results = family.trigger_tests(body=typed(vendor, "v1", "synthetics_trigger_body", "SyntheticsTriggerBody", run))
    assert results.locations[0].name == "aws:eu-west-3"
    gone = typed(
        vendor, "v1", "synthetics_delete_tests_payload", "SyntheticsDeleteTestsPayload",
        {"public_ids": [made.public_id]},
    )  # fmt: skip
    assert family.delete_tests(body=gone).deleted_tests[0].public_id == made.public_id
    assert refused(404, family.get_api_test, made.public_id) == ["Synthetics test not found"]
    assert backend.send("api", "GET", f"/api/v1/monitor/{made.monitor_id}").status == 404


@pytest.mark.filterwarnings("ignore:Using unstable operation")
def test_deployment_gates(vendor: Any) -> None:
    """A gate and its rule; the same gate again is refused; a gate that is deleted takes its rules with it."""
    family = api(vendor, "v2", "deployment_gates_api", "DeploymentGatesApi")
    body = typed(vendor, "v2", "create_deployment_gate_params", "CreateDeploymentGateParams", examples.gate())
    gate = family.create_deployment_gate(body=body).data
    assert (gate.attributes.service, gate.attributes.dry_run) == ("shop", False)
    assert "already exists" in refused(400, family.create_deployment_gate, body=body)[0]
    rule_body = typed(vendor, "v2", "create_deployment_rule_params", "CreateDeploymentRuleParams", examples.gate_rule())
    rule = family.create_deployment_rule(gate.id, body=rule_body).data
    assert family.get_deployment_rule(gate.id, rule.id).data.attributes.name == "r"
    assert len(family.get_deployment_gate_rules(gate.id).data.attributes.rules) == 1
    assert gate.id in [each.id for each in family.list_deployment_gates().data]
    family.delete_deployment_gate(gate.id)
    assert refused(404, family.get_deployment_rule, gate.id, rule.id)


def test_deleted_dashboards_can_be_restored(backend: Running, vendor: Any) -> None:
    """Deleted and restored in bulk; the list of the deleted has it in between."""
    family = api(vendor, "v1", "dashboards_api", "DashboardsApi")
    made = backend.api("POST", "/api/v1/dashboard", examples.dashboard(title="Phoenix"))["id"]
    named = {"data": [{"id": made, "type": "dashboard"}]}
    delete = typed(vendor, "v1", "dashboard_bulk_delete_request", "DashboardBulkDeleteRequest", named)
    family.delete_dashboards(body=delete)
    assert refused(404, family.get_dashboard, made)
    assert made in [each.id for each in family.list_dashboards(filter_deleted=True).dashboards]
    restore = typed(vendor, "v1", "dashboard_restore_request", "DashboardRestoreRequest", named)
    family.restore_dashboards(body=restore)
    assert family.get_dashboard(made).title == "Phoenix"
    backend.api("DELETE", f"/api/v1/dashboard/{made}")
