"""What the native form adds is pushed to a backend as it ships, and the next plan is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .texts import slo

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.slo.backend import Backend
    from tests.slo.caller import Caller


def test_a_guarded_alert_is_a_composite_of_what_was_pushed(backend: Backend, caller: Caller, file: Path) -> None:
    """Its parts are made first and named by their ids; a second plan changes nothing."""
    file.write_text(
        slo(more="    guard: {min_events: 100, min_failures: 2}\n    alerting: {budget_alert: {used: 90}}\n")
    )
    assert caller("push", file) == 0
    marks = caller.marks()
    (composite,) = [each for each in backend.monitors() if str(each["id"]) == marks["monitor pay-success-page-fast"]]
    parts = [marks[f"monitor pay-success-page-fast-{part}"] for part in ("burn", "events", "failures")]
    assert composite["query"] == " && ".join(parts)
    assert "monitor pay-success-budget" in marks
    assert caller("plan", file) == 0


def test_maintenance_is_said_not_to_be_pushed(caller: Caller, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A push speaks for SLOs and monitors; that it leaves the corrections out is not left unsaid."""
    file.write_text(slo(more='    maintenance: [{start: "2026-01-04T02:00", duration: 2h}]\n'))
    assert caller("push", file) == 0
    assert "maintenance is not pushed" in capsys.readouterr().err


def test_bad_of_total_is_told_as_good_of_total(backend: Backend, caller: Caller, file: Path) -> None:
    """The vendor has no bad of total; the query that it makes beside the formula subtracts the one from the other."""
    file.write_text(slo("kpi: {bad: {metric: shop.payments.failed}, total: {metric: shop.payments.attempted}}"))
    assert caller("push", file) == 0
    (found,) = [each for each in backend.slos() if f"sightline_project:{caller.project}" in each["tags"]]
    bad, total = (
        f"sum:shop.payments.{name}{{service:pay,traffic:customer}}.as_count()" for name in ("failed", "attempted")
    )
    assert found["query"] == {"numerator": f"{total} - {bad}", "denominator": total}
