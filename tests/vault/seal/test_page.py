"""By the intervals that are shipped, a key that fails pages within a minute, whenever it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_vault.dogstatsd import Dogstatsd
from sightline_vault.model import Naming
from sightline_vault.observability.monitors import documents
from sightline_vault.seal.aws_kms import CONNECT_S, READ_S
from sightline_vault.seal.failures import Failure
from sightline_vault.seal.probe import OK, Outcome, Prober, send
from tests.vault.chart.clusters import hub

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sightline_local.evaluator.message import Notification

pytest.importorskip("sightline_local", reason="sightline-local is not installed")

BEGIN = 1_800_000_000
BREAKS = BEGIN + 180
EVALUATES_S = 10
"""The local backend's own interval."""


class Recorder(Dogstatsd):
    """Keeps gauges with their times instead of sending them."""

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__("", tags)
        self.now = float(BEGIN)
        self.points: list[tuple[float, str, float]] = []

    def gauge(self, name: str, value: float, tags: Sequence[str] = ()) -> None:
        del tags
        self.points.append((self.now, name, value))

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def probed(phase: float, takes_s: float) -> list[tuple[float, str, float]]:
    """Return what a probe sends that was started at a phase of its interval; a failing look takes so long."""
    spec = hub()
    recorder = Recorder(())
    recorder.now += phase

    def look() -> Outcome:
        began, broken = recorder.now, recorder.now >= BREAKS
        recorder.now += takes_s if broken else 0.05
        return Outcome("alias/seal", began, recorder.now - began, Failure.UNREACHABLE if broken else None)

    prober = Prober(
        look,
        lambda outcome: send(outcome, recorder),
        spec.seal.probe_every_s,
        lambda: recorder.now,
        recorder.sleep,
    )
    prober.run(lambda: recorder.now < BREAKS + 120)
    return recorder.points


@pytest.mark.parametrize(("phase", "takes_s"), [(15.0, 0.02), (29.9, CONNECT_S + READ_S)], ids=["refused", "silent"])
def test_it_pages_within_a_minute(tmp_path: Path, phase: float, takes_s: float) -> None:
    """Refused between two looks; silent until the probe gives up, from right after a look on, which is the worst."""
    from sightline_local.config.database import Database
    from sightline_local.config.objects import Objects
    from sightline_local.config.standings import Standings
    from sightline_local.evaluator.loop import Evaluator, Runs
    from sightline_local.store import Store

    spec = hub()
    body = next(each.body for each in documents(spec) if each.key == "vault-kms")
    told: list[tuple[int, Notification]] = []
    clock = [float(BEGIN)]
    points = probed(phase, takes_s)
    store, database = Store.open(tmp_path / "store", clock=lambda: clock[0]), Database(None)
    try:
        objects = Objects(database, lambda: int(clock[0] * 1000))
        objects.put("monitor", "1", {**body, "id": 1})
        series = store.index.intern(OK, "gauge", tuple(sorted(Naming(spec).tags))) or 0
        standings, runs = Standings(database), Runs(every_s=EVALUATES_S)
        evaluator = Evaluator(
            objects,
            standings,
            store.source,
            lambda each: told.append((int(clock[0]), each)),
            lambda: clock[0],
            runs,
        )
        for now in range(BEGIN, BREAKS + 90, EVALUATES_S):
            clock[0] = now
            while points and points[0][0] <= now:
                at, name, value = points.pop(0)
                if name == OK:
                    store.metrics.gauge(series, int(at), value)
            store.flush()
            evaluator.run_once()
    finally:
        database.close()
        store.close()
    pages = [at for at, each in told if str(each.after) == "ALERT"]
    assert pages
    assert 0 < pages[0] - BREAKS <= 60
    assert spec.alerts.page[0] in str(next(each for _, each in told if str(each.after) == "ALERT").text)
