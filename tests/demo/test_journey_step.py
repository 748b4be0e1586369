"""The step with the browser says what kept it from running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_demo.steps import s4_journey
from sightline_demo.supervisor import Completed, Supervisor
from tests.demo.stage import Backend, Clock, stage

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_journey_that_could_not_run_does_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command answers with an envelope without data: its words are the reason, and there is no crash."""

    def run(*_arguments: Any, **_named: Any) -> Completed:
        return Completed(2, '{"version": 1, "data": null, "diagnostics": []}', "error: there is no such browser")

    monkeypatch.setattr(Supervisor, "run", run)
    with stage(Backend(Clock()), tmp_path) as (scene, _):
        outcome = s4_journey.run(scene)
    assert outcome.why_not == "the journey runs: error: there is no such browser"
