"""A history out of a real Prometheus is the history that its counters counted."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sightline_core.cli import run
from sightline_slo.backtesting.sources.prometheus import Prometheus
from sightline_slo.model import Backend
from tests.slo.alarming import APART, slo
from tests.slo.status.prometheus import serving

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MINUTES, RESTART = 600, 60
SPEC = """\
version: sightline/v1
service: pay
slos:
  - name: success
    objective: 99.5
    sli:
      events:
        prometheus:
          error_query: sum(rate(failed{job="pay"}[{{.window}}]))
          total_query: sum(rate(tried{job="pay"}[{{.window}}]))
"""


def counted(start: int, counts: dict[str, NDArray[np.int64]]) -> str:
    """Return counters scraped on every minute, in OpenMetrics; the process starts again once."""
    lines = []
    for name, each in counts.items():
        values = np.concatenate([[0], np.cumsum(each[:RESTART]), np.cumsum(each[RESTART:])])
        lines.append(f"# TYPE {name} unknown")
        lines += [f'{name}{{job="pay"}} {value} {start + 60 * index}' for index, value in enumerate(values)]
    return "\n".join([*lines, "# EOF", ""])


@pytest.mark.slow
def test_its_counters_are_the_events_of_each_minute(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Over a restart, too; the page of a backtest stands where the outage was."""
    clock = np.arange(MINUTES)
    tried = 300 + (clock * 7) % 50
    counts = {"tried": tried, "failed": np.where((clock >= 400) & (clock < 430), tried // 2, 1)}
    start = int(time.time()) // 60 * 60 - 60 * (MINUTES + 60)
    (tmp_path / "spec.yaml").write_text(SPEC)
    with serving(tmp_path, counted(start, counts)) as address:
        found = Prometheus(address, start, start + 60 * MINUTES).history(slo(prometheus=APART), Backend.PROMETHEUS)
        command = ["slo", "backtest", str(tmp_path / "spec.yaml"), "--history", f"prometheus={address}", "--days", "1"]
        assert run([*command, "--json"]) == 0
    assert found is not None
    # Prometheus' rate does not look beyond a counter's 0: of a rise above all there was before it counts a part.
    known = (clock > 3) & (np.abs(clock - RESTART) > 3)
    for name, made in (("tried", found.total), ("failed", found.bad)):
        off = np.flatnonzero(known & ~np.isclose(made, counts[name], rtol=1e-9, atol=1e-9))
        assert off.size == 0, (name, off, made[off], counts[name][off])
    (result,) = json.loads(capsys.readouterr().out)["data"]["slos"]
    (page,) = [each for each in result["episodes"] if each["severity"] == "page"]
    assert 0 < page["start"] - (start + 60 * 400) < 15 * 60
