"""The engine fires at the very minutes at which Prometheus 3 does: promtool evaluates the emitted rules."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from sightline_slo.backtesting.alarm import alarms_of
from sightline_slo.backtesting.engine import Engine, edges
from sightline_slo.model import Backend
from sightline_slo.testing import promtool
from sightline_slo.testing.labels import shape
from tests.slo.alarming import APART, SPLIT, WINDOWS, history, slo, varied

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from sightline_slo.model import Slo

MINUTES = 600
KINDS = {
    "one metric": (SPLIT, False, ""),
    "two metrics": (APART, False, ""),
    "good ones": ((SPLIT[0].replace("=~", "!~"), SPLIT[1]), True, ""),
    "guarded": (APART, False, "    guard: {min_events: 20, min_failures: 3}\n"),
}


def whole(made: Slo, name: str, fires: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Check every minute: all of each stretch in which it fires, none of each in which it does not."""
    inner = f'alertstate="firing",slo="{made.key}",window="{name}"'
    bounds = [0, *(moment for pair in edges(fires) for moment in pair), len(fires)]
    found: list[dict[str, Any]] = []
    for number, (first, after) in enumerate(itertools.pairwise(bounds)):
        if first == after:
            continue
        check = {"expr": f"sum(count_over_time(ALERTS{{{inner}}}[{after - first}m]))", "eval_time": f"{after}m"}
        samples = [{"labels": "{}", "value": after - first}] if number % 2 else []
        found.append({**check, "exp_samples": samples})
    return found


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", KINDS)
def test_every_minute_of_24_varied_series_is_as_promtool_has_it(kind: str, tmp_path: Path) -> None:
    """Each stretch of firing and of quiet, for each pair of windows, of steady, sparse, broken and uneven traffic."""
    tool = promtool.find()
    if tool is None:
        pytest.skip("no promtool: SIGHTLINE_PROMTOOL is not set, and PATH has none")
    queries, good, more = KINDS[kind]
    made = slo(windows=WINDOWS, prometheus=queries, good=good, more=more)
    series = shape(made.sli[Backend.PROMETHEUS])
    assert series.split == (kind in {"one metric", "good ones"})
    tests, firing = [], 0
    for seed in range(24):
        past = history(*varied(MINUTES, seed), 0, split=series.split, of_good=series.of_good)
        engine = Engine(past, Backend.PROMETHEUS)
        checks = []
        for alarm in alarms_of(made, Backend.PROMETHEUS):
            fires = engine.firing(alarm)
            firing += bool(fires.any())
            checks += whole(made, alarm.name, fires)
        tests.append({"interval": "1m", "input_series": promtool.series(series, past), "promql_expr_test": checks})
    assert firing >= 20, "the series are too quiet to show anything"
    promtool.write(tmp_path, made, tests)
    said = promtool.check(tool, tmp_path)
    assert said is None, said[:4000] if said else ""
