"""A replay counts pages and tickets, and judges them by incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sightline_core.errors import SightlineError
from sightline_slo.backtesting.incidents import Incident, read
from sightline_slo.backtesting.replay import replay
from sightline_slo.model import Backend, Severity
from tests.slo.alarming import NOON, history, slo

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_slo.backtesting.history import History

DAY = 1440


def month(*faults: tuple[int, int, float]) -> History:
    """Thirty days of a hundred events a minute; faults are (first minute, minutes, share)."""
    total = np.full(30 * DAY, 100.0)
    bad = np.zeros(len(total))
    for first, minutes, share in faults:
        bad[first : first + minutes] = round(100 * share)
    return history(bad, total)


def at(minute: int) -> int:
    return NOON + 60 * minute


def test_an_outage_is_a_page_with_its_times_and_the_budget_that_was_gone() -> None:
    """Ten minutes of total failure: 4.32 minutes to see it, 5 to forget it; 5 of 216 minutes of budget were gone."""
    incident = Incident(at(5000), at(5010), "outage")
    made = replay(slo(), month((5000, 10, 1.0)), Backend.DATADOG, [incident])
    (page,) = made.of(Severity.PAGE)
    assert (page.start, page.end, page.windows) == (at(5005), at(5015), ("fast",))
    assert page.budget_spent == pytest.approx(5 / 216)
    (detection,) = made.detections
    assert (detection.detected_s, detection.reset_s, detection.ticketed_s) == (300, 300, None)
    assert (made.precision, made.recall) == (1.0, 1.0)
    assert made.budget_spent == pytest.approx(10 / 216)
    assert (made.bad, made.total) == (1000, 30 * DAY * 100)


def test_precision_and_recall_are_of_pages_and_incidents() -> None:
    """One page without an incident, one incident without a page."""
    past = month((5000, 10, 1.0), (9000, 10, 1.0), (12_000, 3, 1.0))
    incidents = [Incident(at(5000), at(5010)), Incident(at(12_000), at(12_003)), Incident(0, 60)]
    made = replay(slo(), past, Backend.DATADOG, incidents)
    assert len(made.of(Severity.PAGE)) == 2
    assert made.precision == 0.5
    assert made.recall == 0.5, "three minutes are no page, and what was before the history counts for nothing"


def test_without_incidents_nothing_is_judged() -> None:
    """Unknown is not perfect."""
    made = replay(slo(), month((5000, 10, 1.0)), Backend.DATADOG)
    assert (made.precision, made.recall, made.detections) == (None, None, ())
    quiet = replay(slo(), month(), Backend.DATADOG, [Incident(at(100), at(200))])
    assert (quiet.precision, quiet.recall) == (None, 0.0)


def test_a_slow_leak_is_a_ticket_and_no_page() -> None:
    """Two in a hundred for a day and a half: the ticket after 18 hours, at the next look."""
    incident = Incident(at(10_000), at(12_160))
    made = replay(slo(), month((10_000, 2160, 0.02)), Backend.DATADOG, [incident])
    assert made.of(Severity.PAGE) == []
    (detection,) = made.detections
    assert detection.ticketed_s is not None
    assert 18 * 3600 <= detection.ticketed_s <= 18 * 3600 + 600
    assert made.recall == 0.0


def test_what_still_fires_at_the_end_has_no_reset() -> None:
    """None, not the end of the history."""
    past = month((30 * DAY - 30, 30, 1.0))
    made = replay(slo(), past, Backend.DATADOG, [Incident(at(30 * DAY - 30), at(30 * DAY - 1))])
    assert made.of(Severity.PAGE)[0].end is None
    assert made.detections[0].reset_s is None


def test_the_budget_of_a_short_history_is_that_of_its_mean_traffic() -> None:
    """A day with an hour of total failure has used 60 of 216 minutes, not sixty times too much."""
    total = np.full(DAY, 100.0)
    bad = np.zeros(DAY)
    bad[600:660] = 100
    assert replay(slo(), history(bad, total), Backend.DATADOG).budget_spent == pytest.approx(60 / 216)


def test_incidents_are_read_with_their_line_where_one_is_none(tmp_path: Path) -> None:
    """ISO and Unix seconds; a missing column, a wrong moment, an end before its beginning."""
    file = tmp_path / "incidents.csv"
    file.write_text("start,end,name\n2026-01-01T12:00:00Z,2026-01-01T12:05:00Z,x\n1767268800,1767268860,\n")
    assert read(file) == [Incident(NOON, NOON + 300, "x"), Incident(NOON, NOON + 60, "")]
    for text, said in (
        ("start,end\nnow,later\n", "no moment"),
        ("begin,end\n1,2\n", "no column 'start'"),
        ("start,end\n2,1\n", ""),
    ):
        file.write_text(text)
        with pytest.raises(SightlineError) as caught:
            read(file)
        assert f"{file}:2" in caught.value.where
        assert said in caught.value.why
