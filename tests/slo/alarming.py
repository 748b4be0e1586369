"""SLOs and histories for tests of what alerts do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sightline_slo.backtesting.history import History
from sightline_slo.compile import compile_specs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sightline_slo.model import Slo

NOON = 1_767_268_800
"""2026-01-01 12:00 UTC."""

WINDOWS = """\
    windows:
      - {name: fast, severity: page, long: 1h, short: 5m, burn_rate: 14.4}
      - {name: medium, severity: page, long: 6h, short: 30m, burn_rate: 6}
"""
SPLIT = ('sum(rate(hits{job="pay",code=~"5.."}[{{.window}}]))', 'sum(rate(hits{job="pay"}[{{.window}}]))')
APART = ('sum(rate(failed{job="pay"}[{{.window}}]))', 'sum(rate(tried{job="pay"}[{{.window}}]))')


def slo(
    *,
    objective: float = 99.5,
    windows: str = "",
    prometheus: tuple[str, str] = SPLIT,
    good: bool = False,
    more: str = "",
) -> Slo:
    """Compile one SLO that both backends measure; `more` are lines of it, at its indentation."""
    part = "good_query" if good else "error_query"
    text = (
        f"version: sightline/v1\nservice: pay\nslos:\n  - name: success\n    objective: {objective}\n    sli:\n"
        f"      events:\n        prometheus:\n          {part}: '{prometheus[0]}'\n"
        f"          total_query: '{prometheus[1]}'\n        datadog:\n          {part}: sum:pay.some{{*}}.as_count()\n"
        f"          total_query: sum:pay.tried{{*}}.as_count()\n{windows}{more}"
    )
    compiled = compile_specs({"spec.yaml": text})
    assert not compiled.broken, compiled.findings
    (made,) = compiled.slos
    return made


def history(bad: NDArray[np.float64], total: NDArray[np.float64], start: int = NOON, **shape: bool) -> History:
    return History(start, np.minimum(bad, total).astype(np.float64), total.astype(np.float64), **shape)


def varied(minutes: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return failures and events of one of 24 kinds of day: steady, uneven, sparse, broken, at the thresholds."""
    rng = np.random.default_rng(seed)
    clock = np.arange(minutes)
    traffic = [
        np.full(minutes, 1000.0),
        np.round(550 - 450 * np.cos(clock * 2 * np.pi / minutes)),
        rng.poisson(0.2, minutes).astype(float),
        rng.poisson(30, minutes) * (rng.random(minutes) < 0.9),
    ][seed % 4]
    faults = [
        np.where(clock // 45 % 3 == 1, 0.2, 0.001),
        np.where((clock > minutes / 3) & (clock < minutes / 2), 0.073, 0.0),
        np.linspace(0, 0.15, minutes),
        np.where(rng.random(minutes) < 0.02, 1.0, 0.0),
        np.where(clock % 180 < 12, 0.9, 0.004),
        np.where((clock > minutes / 4) & (clock < minutes / 4 + 8), 1.0, 0.031),
    ][seed // 4]
    return rng.binomial(traffic.astype(int), faults).astype(float), traffic
