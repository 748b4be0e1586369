"""What the native form adds is pushed to a backend as it ships, and the next plan is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def test_maintenance_is_pushed_as_corrections(
    backend: Backend, caller: Caller, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each names its SLO; what is changed is changed there, what is no longer written goes, strangers' stay."""
    weekly = '{start: "2026-01-04T02:00", duration: 2h, rrule: FREQ=WEEKLY;BYDAY=SU, timezone: Europe/Rome}'
    once = '{start: "2026-02-01T10:00", duration: 1h, category: Deployment}'
    file.write_text(slo(more=f"    maintenance: [{weekly}, {once}]\n"))
    assert caller("push", file) == 0
    assert caller("plan", file) == 0
    slo_id = caller.marks()["slo pay-success"]
    first, second = sorted(_corrections(backend, slo_id), key=lambda each: int(each["start"]))
    assert (first["rrule"], first["duration"], first["timezone"]) == ("FREQ=WEEKLY;BYDAY=SU", 7200, "Europe/Rome")
    assert (second["end"] - second["start"], second["category"]) == (3600, "Deployment")
    assert second["description"].startswith("Planned maintenance")
    (made,) = [each for each in _all(backend, slo_id) if each["attributes"]["start"] == second["start"]]
    longer = {"category": "Deployment", "start": second["start"], "end": second["end"] + 600}
    changed = {"data": {"type": "correction", "attributes": longer}}
    backend.call("PATCH", f"/api/v1/slo/correction/{made['id']}", changed)
    assert caller("drift", file) == 1
    assert "slo_correction pay-success-2" in capsys.readouterr().out
    assert caller("push", file) == 0
    assert caller("drift", file) == 0
    theirs = {"category": "Other", "start": 1_767_225_600, "end": 1_767_229_200, "slo_id": slo_id}
    backend.call("POST", "/api/v1/slo/correction", {"data": {"type": "correction", "attributes": theirs}})
    file.write_text(slo(more=f"    maintenance: [{weekly.replace('2h', '3h')}]\n"))
    assert caller("plan", file) == 1
    assert caller("push", file) == 0
    assert caller("plan", file) == 0
    kept = sorted(_corrections(backend, slo_id), key=lambda each: int(each["start"]))
    assert [each["duration"] for each in kept] == [None, 10800]


def _corrections(backend: Backend, slo_id: str) -> list[dict[str, Any]]:
    return [each["attributes"] for each in _all(backend, slo_id)]


def _all(backend: Backend, slo_id: str) -> list[dict[str, Any]]:
    return list(backend.call("GET", f"/api/v1/slo/{slo_id}/corrections")["data"])


def test_bad_of_total_is_told_as_good_of_total(backend: Backend, caller: Caller, file: Path) -> None:
    """The vendor has no bad of total; the query that it makes beside the formula subtracts the one from the other."""
    file.write_text(slo("kpi: {bad: {metric: shop.payments.failed}, total: {metric: shop.payments.attempted}}"))
    assert caller("push", file) == 0
    (found,) = [each for each in backend.slos() if f"sightline_project:{caller.project}" in each["tags"]]
    bad, total = (
        f"sum:shop.payments.{name}{{service:pay,traffic:customer}}.as_count()" for name in ("failed", "attempted")
    )
    assert found["query"] == {"numerator": f"{total} - {bad}", "denominator": total}
