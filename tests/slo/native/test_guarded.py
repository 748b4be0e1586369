"""An SLO with least counts, pushed to a backend that evaluates: a single failure pages nobody, an outage does."""

from __future__ import annotations

import importlib.util
import json
import time
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run
from tests.slo.backend import Backend
from tests.slo.caller import Caller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SPEC = """\
version: sightline/v1
service: pay
slos:
  - name: guarded
    objective: 99.9
    sli: &sli
      events:
        datadog: {error_query: "sum:pay.failed{*}.as_count()", total_query: "sum:pay.tried{*}.as_count()"}
    guard: {min_events: 8, min_failures: 3}
    alerting: {ticket_alert: {disable: true}}
  - name: stock
    objective: 99.9
    sli: *sli
    alerting: {ticket_alert: {disable: true}}
"""


@pytest.fixture
def evaluating(tmp_path: Path) -> Iterator[Backend]:
    if importlib.util.find_spec("sightline_local") is None:
        pytest.skip("sightline-local, against which this pushes, is not installed in this environment")
    made = Backend.start(tmp_path / "data", evaluate_every="1s")
    yield made
    made.stop()


@pytest.mark.slow
def test_low_traffic_pages_on_an_outage_alone(
    evaluating: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ten requests an hour: one failure burns a hundred times too fast, and the stock rule pages for it."""
    (tmp_path / "spec.yaml").write_text(SPEC)
    caller = Caller("guarded", evaluating.address, evaluating, monkeypatch)
    minute = int(time.time()) // 60 * 60
    count(evaluating, "pay.tried", {minute - 60 * ago: 1 for ago in range(4, 60, 6)})
    count(evaluating, "pay.failed", {minute - 240: 1})
    assert caller("push", tmp_path / "spec.yaml") == 0
    marks = caller.marks()

    def states() -> dict[str, str]:
        found = {str(each["id"]): each["overall_state"] for each in evaluating.monitors()}
        return {name: found[marks[f"monitor pay-{name}"]] for name in ("guarded-page-fast", "stock-page-fast")}

    until(lambda: states()["stock-page-fast"] == "Alert", states)
    until(lambda: states()["guarded-page-fast"] == "OK", states)
    capsys.readouterr()
    assert run(["slo", "status", "--project", "guarded", "--json"]) == 0
    slos = {each["key"]: each for each in json.loads(capsys.readouterr().out)["data"]["slos"]}
    assert [bool(slos[key]["firing"]) for key in ("pay-guarded", "pay-stock")] == [False, True]

    for metric in ("pay.tried", "pay.failed"):
        count(evaluating, metric, {minute - 60 * ago: 1 for ago in range(1, 4)})
    until(lambda: states()["guarded-page-fast"] == "Alert", states)
    capsys.readouterr()
    assert run(["slo", "status", "--project", "guarded", "--json"]) == 0
    slos = {each["key"]: each for each in json.loads(capsys.readouterr().out)["data"]["slos"]}
    (firing,) = [each for each in slos["pay-guarded"]["firing"] if "1h" in each["name"]]
    assert firing["severity"] == "page"


def count(backend: Backend, metric: str, values: dict[int, float]) -> None:
    points = [{"timestamp": second, "value": value} for second, value in values.items()]
    backend.call("POST", "/api/v2/series", {"series": [{"metric": metric, "type": 1, "points": points, "tags": []}]})


def until(holds: Callable[[], bool], said: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, said()
        time.sleep(0.5)
