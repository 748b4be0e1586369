"""Under load, faults and a killed worker: every line finds its trace, and every business number is true.

One run per mode serves both questions. SIGHTLINE_E2E_ORDERS sets how many orders it is to place (2,000).
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from sightline_demo import shopping
from sightline_local.store import Store
from tests.e2e import correlation, truth
from tests.e2e.shop import Shop, log_lines, shop

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sightline_demo.options import Mode

ORDERS = int(os.environ.get("SIGHTLINE_E2E_ORDERS", "2000"))
VISITS_PER_ORDER = 2.0
"""Three in ten only look, one in ten leaves its cart, one in twenty is declined and one in twenty fails."""
LINES_PER_ORDER = 10
RUN_WITHIN_S = 1500.0
UNSENT_S = 6.0
"""The longest that a tracer of ours holds a span: OpenTelemetry's batch processor, five seconds."""


@pytest.mark.e2e
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("telemetry", ["otel", "ddtrace", "mixed"])
def test_lines_join_traces_and_numbers_are_true(
    telemetry: Mode, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ledger, databases and telemetry agree to the unit, and 100 % of the lines join a stored span."""
    with shop(tmp_path, telemetry) as running:
        began = time.monotonic()
        running.fault("payments", "failing_payment", ratio=0.05)
        load = running.start_load(int(ORDERS * VISITS_PER_ORDER))
        _wait_for_orders(running, ORDERS // 3)
        killed_at = time.time()
        running.kill_and_restart("fulfilment")
        assert running.wait_for(load, RUN_WITHIN_S) == 0
        took = time.monotonic() - began
        ledger = truth.from_ledger(shopping.totals(running.scene))
        _wait_for_shipments(running, ledger.orders)
        running.stop_services()
        running.stop_backend()
    databases = truth.from_databases(tmp_path / "data")
    store = Store.open(tmp_path / "backend")
    try:
        telemetered = truth.from_telemetry(store, time.time())
        spans = set(store.rows("SELECT trace_hi, trace_lo, span_id FROM spans"))
    finally:
        store.close()
    graded = correlation.grade(log_lines(tmp_path), spans)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{telemetry}: {ledger.orders} orders, {ledger.revenue} minor units, {ledger.failed} failed payments in"
            f" {took:.0f} s; {graded.total} in-request lines, {graded.percent:.2f} % joined a trace,"
            f" {len(graded.spanless)} of them without the span that died with the worker; {len(spans)} spans\n"
        )
    assert ledger.orders >= ORDERS
    assert ledger.failed > 0
    assert graded.total >= ORDERS * LINES_PER_ORDER
    assert set(graded.lines) == {"storefront", "catalog", "cart", "orders", "payments", "fulfilment"}
    assert not graded.orphans, graded.why()
    # A tracer sends once a second or less often: what the killed worker had not sent died with it, and nothing else.
    lost = [line for line in graded.spanless if line["service"] != "fulfilment" or not _just_before(line, killed_at)]
    assert not lost, lost[:3]
    assert databases.differences(ledger) == {}
    assert telemetered.differences(ledger) == {}
    assert telemetered.differences(databases) == {}


def _just_before(line: Mapping[str, Any], moment: float) -> bool:
    written = datetime.fromisoformat(line["timestamp"]).timestamp()
    return moment - UNSENT_S <= written <= moment + 1


def _wait_for_orders(running: Shop, count: int) -> None:
    assert running.scene.interrupt.until(
        lambda: shopping.totals(running.scene)["orders"] >= count, timeout=RUN_WITHIN_S, every=2.0
    )


def _wait_for_shipments(running: Shop, count: int) -> None:
    """What the killed worker held is delivered again after a while."""
    assert running.scene.interrupt.until(
        lambda: truth.from_databases(running.folder / "data").fulfilled >= count, timeout=60, every=0.5
    )
