"""A drill that fails pages: its own datagrams into the local backend, where the monitor of the model looks."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from sightline_vault.dogstatsd import Dogstatsd
from sightline_vault.model import Naming
from sightline_vault.observability.monitors import documents
from sightline_vault.snapshots import drill_report
from tests.vault.snapshots.makes import signer
from tests.vault.snapshots.test_drill import SPEC, outcome

pytestmark = pytest.mark.slow

SIGHTLINE = str(Path(sys.executable).with_name("sightline"))


def call(address: str, path: str, body: object = None) -> Any:
    """Ask the backend."""
    data = None if body is None else json.dumps(body).encode()
    asked = Request(f"{address}{path}", data, {"Content-Type": "application/json"})  # noqa: S310 - our own address
    with urlopen(asked, timeout=10) as answer:  # noqa: S310 - our own address
        return json.loads(answer.read())


def test_a_poisoned_snapshot_pages_and_a_good_one_does_not(tmp_path: Path) -> None:
    """The report of a drill that passed leaves the monitor as it is; that of one without its canary makes it alert."""
    pytest.importorskip("sightline_local", reason="sightline-local is not installed")
    ports = [word for name in ("api", "agent", "otlp", "dogstatsd") for word in (f"--{name}-port", "0")]
    words = [SIGHTLINE, "local", "serve", "--data", str(tmp_path / "local"), "--evaluate-every", "1s", *ports]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        (monitor,) = [each.body for each in documents(SPEC) if each.key == "vault-drill-failed"]
        made = call(told["api"], "/api/v1/monitor", dict(monitor))
        sender = Dogstatsd(told["dogstatsd"], Naming(SPEC).tags)

        def state_after(*, ok: bool, wanted: str) -> str:
            went = outcome(ok=ok)
            drill_report.publish(went, drill_report.sign(went, [signer()]), sender)
            found = ""
            for _ in range(12 if ok else 80):
                time.sleep(0.25)
                found = call(told["api"], f"/api/v1/monitor/{made['id']}")["overall_state"]
                if found == wanted:
                    break
            return str(found)

        # Without a failure there is no series of failures: the monitor has seen none, which is no alert.
        passed = state_after(ok=True, wanted="Alert")
        assert passed in {"OK", "No Data"}
        assert state_after(ok=False, wanted="Alert") == "Alert"
        assert SPEC.alerts.page[0] in monitor["message"]
    finally:
        process.terminate()
        process.communicate(timeout=30)
