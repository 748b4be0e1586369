"""The server's configuration follows from the model, and real servers run by it."""

from __future__ import annotations

import dataclasses
import json

from sightline_vault.model import Naming
from sightline_vault.render.places import Places, in_pods
from sightline_vault.render.server import configuration, text
from tests.vault.chart.clusters import hub, openbao


def test_every_server_joins_every_other_by_a_name_of_the_certificate() -> None:
    """Each pod names the others and never itself; what it checks of them is a name that the certificate carries."""
    spec = hub()
    names = Naming(spec)
    for ordinal in range(spec.nodes):
        found = configuration(spec, ordinal)
        join = found["storage"]["raft"]["retry_join"]
        assert {each["leader_api_addr"] for each in join} == {
            names.api(each) for each in range(spec.nodes) if each != ordinal
        }
        assert {each["leader_tls_servername"] for each in join} < set(names.dns_names)
        assert {each["leader_ca_cert_file"] for each in join} == {"/vault/tls/ca.crt"}
        assert found["api_addr"] == names.api(ordinal)
        assert found["service_registration"]["kubernetes"]["pod_name"] == names.pod(ordinal)


def test_nothing_is_left_to_a_default_that_is_not_safe() -> None:
    """TLS from the model's version on, no metrics without a token, no static key, mlock said."""
    found = configuration(hub(), 0)
    assert list(found["listener"]) == ["tcp"]
    assert "tls_disable" not in found["listener"]["tcp"]
    assert found["listener"]["tcp"]["tls_min_version"] == "tls13"
    assert found["listener"]["tcp"]["telemetry"] == {"unauthenticated_metrics_access": False}
    assert found["seal"] == {"awskms": {"region": "eu-central-1", "kms_key_id": "alias/sightline-vault-hub-seal"}}
    assert found["storage"]["raft"]["performance_multiplier"] == "1"
    assert (found["disable_mlock"], found["ui"], found["log_format"]) == (True, False, "json")


def test_openbao_is_told_what_it_knows() -> None:
    """It has no mlock, and takes its audit devices from the file alone."""
    found = configuration(openbao(), 0)
    assert "disable_mlock" not in found
    assert found["audit"] == [
        {"file": {"file": {"options": {"file_path": "/vault/audit/audit.log"}}}},
        {"file": {"stdout": {"options": {"file_path": "stdout"}}}},
    ]
    assert {key: value for key, value in found.items() if key != "audit"} == {
        key: value for key, value in configuration(hub(), 0).items() if key != "disable_mlock"
    }


def test_other_places_change_addresses_and_files_alone() -> None:
    """A single server joins nobody; without an endpoint KMS is AWS's own."""
    spec = hub()
    place = dataclasses.replace(in_pods(spec).servers[0], listen="127.0.0.1:1", data="/d")
    found = configuration(spec, 0, Places((place,), registered=False, seal_endpoint="http://127.0.0.1:2"))
    usual = configuration(spec, 0)
    assert "retry_join" not in found["storage"]["raft"]
    assert "service_registration" not in found
    assert found["seal"]["awskms"] == usual["seal"]["awskms"] | {"endpoint": "http://127.0.0.1:2"}
    assert found["listener"]["tcp"] == usual["listener"]["tcp"] | {"address": "127.0.0.1:1"}
    assert json.loads(text(spec, 0)) == usual
