"""What the collector sends is what Datadog's own check would send."""

from __future__ import annotations

import http.server
import threading
from typing import Any

import pytest

from sightline_vault.observability import looking
from sightline_vault.observability.collect import Collector, Look
from sightline_vault.observability.exposition import samples
from sightline_vault.observability.metric_map import metrics

TEXT = """\
# HELP vault_core_response_status_code vault_core_response_status_code
# TYPE vault_core_response_status_code counter
vault_core_response_status_code{code="200",type="2xx"} %d
vault_core_handle_request{quantile="0.5"} NaN
vault_core_handle_request{quantile="0.99"} 12.5
vault_core_handle_request_sum %d
vault_core_handle_request_count %d
vault_autopilot_healthy 1
vault_core_unsealed{cluster=""} 1
vault_not_in_the_map{a="b,c=\\"d\\""} 3 1700000000
"""
HEALTH = {"initialized": True, "sealed": False, "standby": False}


def sent(collector: Collector, look: Look) -> dict[str, Any]:
    return {each["metric"]: each for each in collector.series(look, 100)}


def test_gauges_quantiles_and_what_counters_grew_by_are_sent() -> None:
    """A counter has no first value but where it came later, and begins again after a restart; NaN is none."""
    collector = Collector(["env:prod"])
    first = sent(collector, Look("vault-0", HEALTH, TEXT % (10, 100, 4), 30.0))
    assert set(first) == {
        "vault.is_leader",
        "tls.days_left",
        "vault.vault.core.handle.request.quantile",
        "vault.vault.autopilot.healthy",
        "vault.vault.core.unsealed",
    }
    quantile = first["vault.vault.core.handle.request.quantile"]
    assert quantile["tags"] == ["env:prod", "pod_name:vault-0", "is_leader:true", "quantile:0.99"]
    assert quantile["points"] == [{"timestamp": 100, "value": 12.5}]
    second = sent(collector, Look("vault-0", HEALTH, TEXT % (25, 150, 6)))
    grown = {name: each["points"][0]["value"] for name, each in second.items() if each["type"] == 1}
    assert grown == {
        "vault.vault.core.response_status_code.count": 15,
        "vault.vault.core.handle.request.sum": 50,
        "vault.vault.core.handle.request.count": 2,
    }
    later = sent(collector, Look("vault-0", HEALTH, "vault_audit_sink_failure 2\n"))
    assert later["vault.vault.audit.sink.failure.count"]["points"][0]["value"] == 2
    third = sent(collector, Look("vault-0", HEALTH, TEXT % (3, 1, 1)))
    assert third["vault.vault.core.response_status_code.count"]["points"][0]["value"] == 3


@pytest.mark.parametrize(
    ("health", "states"),
    [
        (HEALTH, {"vault.can_connect": 0, "vault.unsealed": 0, "vault.initialized": 0}),
        (HEALTH | {"sealed": True}, {"vault.can_connect": 0, "vault.unsealed": 2, "vault.initialized": 0}),
        (None, {"vault.can_connect": 2}),
    ],
)
def test_a_server_is_told_sealed_or_silent_by_service_checks(health: dict[str, Any] | None, states: object) -> None:
    """A sealed server has no metrics, so its health is what tells."""
    runs = Collector(["env:prod"]).checks(Look("vault-1", health, why="refused"), 100)
    assert {each["check"]: each["status"] for each in runs} == states
    assert all(each["tags"] == ["env:prod", "pod_name:vault-1"] for each in runs)


def test_metrics_that_are_refused_are_told_where_they_were_asked_for() -> None:
    """When no audit device can write, a server answers its health and nothing else."""
    for look, status in (
        (Look("vault-0", HEALTH, TEXT % (1, 1, 1)), 0),
        (Look("vault-0", HEALTH, refused="sys/metrics answers 500"), 2),
        (Look("vault-0", HEALTH), None),
    ):
        runs = {each["check"]: each for each in Collector([]).checks(look, 100)}
        assert (runs.get("vault.openmetrics.health") or {}).get("status") == status


def test_labels_may_hold_what_separates_them() -> None:
    """A comma, an equals sign and quotes inside of a value are its own."""
    found = {each.name: each.labels for each in samples(TEXT % (1, 1, 1))}
    assert found["vault_not_in_the_map"] == (("a", 'b,c="d"'),)


def test_every_metric_of_the_map_has_one_name_in_datadog() -> None:
    """No two are called alike, and all as the vendor's check would call them."""
    names = [each.datadog for each in metrics().values()]
    assert len(names) == len(set(names))
    assert all(each.startswith("vault.vault.") for each in names)


@pytest.mark.parametrize("text", [b"[]", b"null", b"5", b"[" * 9000, b"<html>"])
def test_who_answers_in_the_place_of_a_server_is_no_server(text: bytes) -> None:
    """A proxy's page counts as silence, and its words are not taken for a seal's."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        where = f"http://127.0.0.1:{server.server_port}"
        try:
            found = looking.look("vault-0", where, ca=None, server_name="", token=None, timeout=5)
        finally:
            server.shutdown()
            thread.join()
    assert (found.health, bool(found.why)) == (None, True)
