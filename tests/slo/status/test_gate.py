"""`sightline slo gate`: a policy that is read strictly, and what it freezes."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run
from sightline_slo.reporting import gate, policy
from sightline_slo.reporting.standing import Firing, Standing, State, remaining, state_of

from .history import named

if TYPE_CHECKING:
    from pathlib import Path

    from tests.slo.caller import Caller

TODAY = dt.date(2026, 11, 25)
POLICY = """\
version: sightline/gate-v1
rules:
  - name: no budget, no deploys
    when: {budget_remaining_below: 10}
  - name: fire
    match: {service: pay, tags: {team: checkout}}
    when: {alerting: page, burn_rate_above: 2}
  - name: blind
    action: warn
    when: {no_data: true}
exceptions:
  - match: {slo: pay-spent}
    rule: no budget, no deploys
    until: 2026-11-25
    reason: the mending itself must go out
"""


def standing(key: str, left: float | None = 50.0, *, pace: float | None = None, fires: str = "") -> Standing:
    firing = (Firing("burns", fires),) if fires else ()
    tags = ("team:checkout",)
    return Standing(key, "pay", key, 86400, 99.0, state_of(left), None, left, pace, firing, tags)


def verdicts(text: str, *standings: Standing, today: dt.date = TODAY) -> list[str]:
    made, findings = policy.read(text, "p.yaml")
    assert made is not None, findings
    return [f"{each.word} {each.standing.key} {each.rule.name}" for each in gate.judge(made, standings, today)]


def test_each_condition_freezes_what_it_says_and_no_more() -> None:
    """At the bound nothing freezes; two conditions must both hold; no data is never a spent budget."""
    assert verdicts(POLICY, standing("pay-a", 10.0), standing("pay-b", 9.99)) == ["frozen pay-b no budget, no deploys"]
    assert verdicts(POLICY, standing("pay-a", None)) == ["warning pay-a blind"]
    assert verdicts(POLICY, standing("pay-a", fires="page", pace=2.1)) == ["frozen pay-a fire"]
    for quiet in (
        standing("pay-a", fires="page", pace=2.0),
        standing("pay-a", fires="page"),
        standing("pay-a", fires="ticket", pace=9.0),
    ):
        assert verdicts(POLICY, quiet) == []
    other = Standing("pay-a", "pay", "a", 1, 99.0, State.OK, 1.0, 50.0, 9.0, (Firing("x", "page"),), ("team:web",))
    assert verdicts(POLICY, other) == []


def test_an_exception_lets_pass_to_the_end_of_its_day() -> None:
    """On its last day it counts, on the next it does not and is reported; one about nothing is reported, too."""
    spent = standing("pay-spent", -5.0)
    assert verdicts(POLICY, spent) == ["excepted pay-spent no budget, no deploys"]
    tomorrow = TODAY + dt.timedelta(days=1)
    assert verdicts(POLICY, spent, today=tomorrow) == ["frozen pay-spent no budget, no deploys"]
    made, _ = policy.read(POLICY, "p.yaml")
    assert made is not None
    assert gate.stale(made, [spent], TODAY) == []
    assert [each.code for each in gate.stale(made, [spent], tomorrow)] == ["GATE005"]
    (useless,) = gate.stale(made, [standing("pay-a")], TODAY)
    assert (useless.code, useless.span and useless.span.line) == ("GATE006", 12)


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("sightline/gate-v1", "sightline/gate-v2", "GATE001", "1:10"),
        ("{budget_remaining_below: 10}", "{}", "GATE002", "4:11"),
        ("{no_data: true}", "{no_data: false}", "GATE002", "10:11"),
        ("alerting: page", "alerting: pages", "GATE003", "7:22"),
        ("action: warn", "action: stop", "GATE003", "9:13"),
        ("rule: no budget, no deploys", "rule: fires", "GATE003", "13:11"),
        ("2026-11-25", "'2026-11-31'", "GATE004", "14:12"),
        ("2026-11-25", "tomorrow", "GATE004", "14:12"),
        ("budget_remaining_below", "budget_remaining_bellow", "SLO002", "4:12"),
        ("    reason: the mending itself must go out\n", "", "SLO003", "12:5"),
        ("10}", "ten}", "SLO004", "4:36"),
        ("    when: {alerting: page, burn_rate_above: 2}\n", "", "SLO003", "5:5"),
    ],
)
def test_a_policy_is_read_strictly(old: str, new: str, code: str, place: str) -> None:
    """Each fault is one code at one place, and there is no policy then."""
    assert old in POLICY
    made, findings = policy.read(POLICY.replace(old, new), "p.yaml")
    assert made is None
    found = [(each.code, str(each.span)) for each in findings]
    assert (code, f"p.yaml:{place}") in found
    assert {each for each, _ in found} <= {code, "GATE002"}


@pytest.mark.parametrize("text", ["", POLICY + "---\n" + POLICY, "[]", "rules: [", "version: 3"])
def test_what_is_no_policy_is_none(text: str) -> None:
    """Nothing, two documents, a list, no YAML: a finding, never a crash, never an open gate."""
    made, findings = policy.read(text, "p.yaml")
    assert made is None
    assert findings


def test_exit_codes(caller: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """1 frozen, 0 open, 1 for a faulty policy, 2 without an answer, 3 without an SLO: what cannot see is not open."""
    file, spec_file = tmp_path / "policy.yaml", tmp_path / "spec.yaml"
    spec_file.write_text(named("nobody.counts", "blind"))
    assert caller("push", spec_file) == 0
    call = ["slo", "gate", "--project", caller.project, "--policy", str(file)]
    file.write_text(POLICY)
    capsys.readouterr()
    assert run(call) == 0
    assert "warning: pay-blind: nothing was measured (blind)" in capsys.readouterr().out
    file.write_text(POLICY.replace("    action: warn\n", ""))
    assert run([*call, "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["data"]["frozen"]
    assert data["data"]["verdicts"][0]["verdict"] == "frozen"
    assert run([*call[:3], "nobody", *call[4:]]) == 3
    file.write_text("version: x")
    assert run([*call, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["data"] is None
    assert run(call) == 1
    assert "error[GATE001]" in capsys.readouterr().err
    file.unlink()
    assert run(call) == 2


def test_what_is_left_of_a_budget() -> None:
    """All of it without a bad event, none at exactly the objective, and no number without events."""
    assert remaining(99.0, 0, 100) == 100
    assert remaining(99.9, 1, 1000) == pytest.approx(0)
    assert remaining(99.0, 1, 0) is None
    assert state_of(remaining(99.9, 1, 1000)) is State.OK
