"""SLOs that count time, as `sightline slo status` has them from a backend."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.slo.backend import Backend
    from tests.slo.caller import Caller

SPEC = """\
version: sightline/v1
service: queue
slos:
  - name: short
    objective: 99
    period: 7d
    sli: {time_slice: {datadog: "avg:METRIC{*}", comparator: "<", threshold: 100, slice: 5m}}
    alerting: {ticket_alert: {disable: true}}
"""


def test_slices_of_time_are_measured_and_burn_down(
    backend: Backend, caller: Caller, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half an hour above the bound is half an hour of a week's budget, from then on."""
    metric = f"{caller.project.replace('-', '_')}.depth"
    file.write_text(SPEC.replace("METRIC", metric))
    now = int(time.time()) // 300 * 300
    points = [{"timestamp": now - 300 * ago, "value": 500.0 if 20 <= ago < 26 else 5.0} for ago in range(1, 48)]
    body = {"series": [{"metric": metric, "type": 3, "points": points, "tags": ["env:x"]}]}
    backend.call("POST", "/api/v2/series", body)
    assert caller("push", file) == 0
    capsys.readouterr()
    deadline = time.monotonic() + 20
    while True:
        assert run(["slo", "status", "--project", caller.project, "--history", "--json"]) == 0
        (slo,) = json.loads(capsys.readouterr().out)["data"]["slos"]
        if slo["sli"] is not None and slo["sli"] < 100:
            break
        assert time.monotonic() < deadline, slo
        time.sleep(0.2)
    assert (slo["state"], slo["note"]) == ("ok", "")
    left = 100 * (1 - 1800 / (0.01 * 7 * 86400))
    assert slo["budget_remaining"] == pytest.approx(left, abs=0.01)
    history = [value for _, value in slo["history"]]
    assert history[0] == 100
    assert history[-1] == pytest.approx(left, abs=0.01)
    assert len(history) == 7 * 24
