"""What a plan says: which object is which, in which order, what is refused, and what of it a file keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sightline_datadog.documents import Document, Kind
from sightline_datadog.sync.apply import apply
from sightline_datadog.sync.diff import HIDDEN, diff
from sightline_datadog.sync.guard import nothing_listed, too_many_deletions
from sightline_datadog.sync.plan import Action, Plan, plan
from sightline_datadog.sync.planfile import Saved, from_text, to_text
from sightline_datadog.sync.remote import read_remote
from sightline_datadog.sync.risk import Risk, risk
from sightline_datadog.sync.stale import documents_of, renewed
from sightline_datadog.sync.targeting import targeted, without_other_deletions

from . import mixed
from .organisation import Organisation
from .test_sync import board, monitor, slo

if TYPE_CHECKING:
    from collections.abc import Sequence

ALL = tuple(Kind)
HERE = "https://api.datadoghq.eu"


def planned(there: Organisation, documents: Sequence[Document], kinds: tuple[Kind, ...] = ALL, **more: Any) -> Plan:
    found = read_remote(there, list(documents), kinds, project="shop")
    return plan(documents, found, project="shop", kinds=kinds, **more)


def push(there: Organisation, documents: Sequence[Document]) -> None:
    assert not any(each.error for each in apply(planned(there, documents), there, pause=lambda _seconds: None))


def told(made: Plan) -> list[str]:
    return [f"{each.action} {each.name}" for each in made.changes if each.action is not Action.KEEP]


def test_a_renamed_key_keeps_its_object() -> None:
    """One goes and one comes of one kind and title: it is the same, and its id and history stay."""
    there = Organisation()
    push(there, [slo("old"), monitor("m", "old")])
    new = [replace(slo("new"), body=slo("old").body), replace(monitor("m", "new"), body=monitor("m", "new").body)]
    made = planned(there, new)
    assert [(each.action, each.key, each.reason) for each in made.changes if each.kind is Kind.SLO] == [
        (Action.UPDATE, "new", "was old")
    ]
    (identity,) = there.objects[Kind.SLO]
    push(there, new)
    assert list(there.objects[Kind.SLO]) == [identity]
    assert planned(there, new).empty


def test_two_that_go_by_one_name_are_not_guessed_at() -> None:
    """Where two could have been renamed, both go and a new one comes."""
    there = Organisation()
    push(there, [replace(slo(key), body=slo("same").body) for key in ("a", "b")])
    made = planned(there, [replace(slo("c"), body=slo("same").body)])
    assert told(made) == ["create slo c", "delete slo a", "delete slo b"]


def test_one_object_is_taken_over_by_one_document() -> None:
    """Two documents of one title, and one object of it by hand: the first adopts it, the second makes its own."""
    there = Organisation()
    there.request("POST", "/api/v1/slo", body={**slo("same").body, "description": "by hand"})
    twins = [replace(slo(key), body=slo("same").body) for key in ("a", "b")]
    made = planned(there, twins, adopt=True)
    assert told(made) == ["update slo a", "create slo b"]
    assert len(planned(there, twins).problems) == 2


def test_what_no_update_can_change_is_made_anew_and_those_that_name_it_follow() -> None:
    """An SLO of another type is another object: the new one first, then who names it, then the old one goes."""
    there = Organisation()
    push(there, [slo(), monitor()])
    sliced = {
        "type": "time_slice",
        "name": "slo pay",
        "thresholds": [{"timeframe": "30d", "target": 99.5}],
        "sli_specification": {
            "time_slice": {
                "query": {"formulas": [{"formula": "a"}], "queries": [{"name": "a", "query": "avg:a{*}"}]},
                "comparator": ">",
                "threshold": 1,
            }
        },
    }
    documents = [Document(Kind.SLO, "pay", sliced), monitor()]
    made = planned(there, documents)
    assert told(made) == ["create slo pay", "update monitor pay-fast", "delete slo pay"]
    push(there, documents)
    assert planned(there, documents).empty
    assert [body["type"] for body in there.objects[Kind.SLO].values()] == ["time_slice"]


def test_levels_hold_what_may_be_done_at_once() -> None:
    """What names something is above it when it is made and before it when it goes."""
    there = Organisation()
    documents = mixed.documents()
    made = planned(there, documents)
    levels = {(each.kind, each.key): each.level for each in made.changes}
    assert levels[Kind.GATE, "service0"] == 0
    assert levels[Kind.SLO, "service0"] < levels[Kind.MONITOR, "service0-fast"]
    assert levels[Kind.MONITOR, "probe"] < levels[Kind.SLO, "uptime"] < levels[Kind.MONITOR, "uptime-fast"]
    assert [each.level for each in made.changes] == sorted(each.level for each in made.changes)
    push(there, documents)
    gone = planned(there, [])
    order = [f"{each.kind}.{each.key}" for each in gone.changes]
    assert order.index("dashboard.service0") < order.index("slo.service0")
    assert order.index("monitor.uptime-fast") < order.index("slo.uptime") < order.index("monitor.probe")
    assert order.index("monitor.both") < order.index("monitor.service0-errors")
    assert gone.changes[0].kind is Kind.DASHBOARD


def test_a_target_brings_what_it_names_and_deletes_nothing_else() -> None:
    """One monitor, with its SLO; what is no longer wanted stays until everything is pushed."""
    there = Organisation()
    push(there, [slo("gone")])
    documents = [slo(), slo("other"), monitor(), board(slo_key="other")]
    chosen = targeted(documents, ["monitor.pay-*"])
    assert [each.name for each in chosen] == ["slo pay", "monitor pay-fast"]
    others = [(each.kind, each.key) for each in documents]
    made = without_other_deletions(planned(there, chosen, others=others), ["monitor.pay-*"])
    assert told(made) == ["create slo pay", "create monitor pay-fast"]
    made = without_other_deletions(planned(there, [], others=others), ["slo.gone"])
    assert told(made) == ["delete slo gone"]


def test_a_mark_that_a_list_cut_off_is_found_all_the_same() -> None:
    """A list that shortens texts hides whose a dashboard is; it is read whole, and no second one is made."""
    there = Organisation(longest_description=50)
    push(there, [slo(), board()])
    renamed = replace(board(), body={**board().body, "title": "another title"})
    assert told(planned(there, [slo(), renamed])) == ["update dashboard shop"]


def many(count: int) -> list[Document]:
    return [slo(f"s{number}") for number in range(count)]


@pytest.mark.parametrize(
    ("there", "wanted", "allowed", "refused"),
    [
        (5, 0, None, False),
        (6, 0, None, True),
        (50, 40, None, False),
        (50, 39, None, True),
        (50, 39, 11, False),
        (50, 38, 11, True),
        (50, 0, 10**9, False),
    ],
)
def test_many_deletions_need_leave(there: int, wanted: int, allowed: int | None, *, refused: bool) -> None:
    """Five, or a fifth, go without saying; more are named, with the option that allows them."""
    organisation = Organisation()
    push(organisation, many(there))
    problems = too_many_deletions(planned(organisation, many(wanted)), allowed)
    assert bool(problems) is refused
    assert all("--allow-deletes" in each.help for each in problems)


def test_second_copies_need_no_leave() -> None:
    """Twenty clones with our mark go, and nothing is lost."""
    organisation = Organisation()
    push(organisation, many(20))
    for body in list(organisation.objects[Kind.SLO].values()):
        organisation.request("POST", "/api/v1/slo", body=body)
    made = planned(organisation, many(20))
    assert len(made.of(Action.DELETE)) == 20
    assert too_many_deletions(made, None) == []


def test_an_empty_list_is_not_believed_against_a_witness() -> None:
    """A monitor of ours names an SLO of ours, and no SLO is listed: that cannot be. Neither can a memory be wrong."""
    there = Organisation()
    documents = [slo(), monitor()]
    push(there, documents)
    there.objects[Kind.SLO].clear()
    made = planned(there, documents)
    (problem,) = nothing_listed(made, documents, {Kind.MONITOR}, {})
    assert "monitor pay-fast is there, and names slo pay" in problem.note
    empty = Organisation()
    fresh = planned(empty, documents)
    assert nothing_listed(fresh, documents, set(), {}) == [], "the first push of all"
    assert nothing_listed(fresh, documents, set(), {Kind.SLO: 4, Kind.DASHBOARD: 2})[0].note.startswith("4 of ours")
    metric = Document(Kind.METRIC, "m", {"metric_type": "count"})
    metrics = plan([metric], [], project="shop", kinds=ALL)
    assert nothing_listed(metrics, [], set(), {Kind.METRIC: 1}) == [], "metrics are asked for by name, not listed"


def saved(made: Plan, target: str = HERE) -> str:
    return to_text(Saved(made, target, "2026-01-01T00:00:00+00:00"))


def test_a_plan_survives_its_file() -> None:
    """Read back it is the same plan, of what is to be done and of what is kept."""
    there = Organisation()
    push(there, [slo(), monitor()])
    made = planned(there, [slo(target=99.9), monitor(), board(), slo("new")], ALL)
    read = from_text(saved(made), "plan.json", HERE)
    assert isinstance(read, Saved)
    assert read.plan == made
    assert saved(read.plan) == saved(made)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("99.9", "9.9", "was changed after it was made"),
        ('"version": 1', '"version": 2', "form 2"),
        ('"plan"', '"plain"', "no saved plan"),
        ("{", "", "no saved plan"),
        ("sightline-datadog-plan", "other", "no saved plan"),
    ],
)
def test_a_file_that_was_touched_is_refused(old: str, new: str, said: str) -> None:
    """Nothing but what was looked at is applied; the finding says which command mends it."""
    there = Organisation()
    push(there, [slo()])
    found = from_text(saved(planned(there, [slo(target=99.9)])).replace(old, new), "plan.json", HERE)
    assert not isinstance(found, Saved)
    assert said in found.message
    assert found.help


def test_a_plan_for_another_target_is_refused() -> None:
    """A plan of the test organisation is not done in earnest."""
    found = from_text(saved(planned(Organisation(), [slo()]), "http://127.0.0.1:4280"), "plan.json", HERE)
    assert not isinstance(found, Saved)
    assert "http://127.0.0.1:4280" in found.message


def left(there: Organisation, made: Plan) -> Plan:
    return renewed(made, read_remote(there, documents_of(made), ALL, project="shop"))


def test_a_saved_plan_goes_on_where_it_was_cut_off() -> None:
    """What it did already is no change by others: done halfway, it does the rest; done wholly, nothing."""
    there = Organisation()
    push(there, [slo("gone"), slo("kept"), monitor("kept-fast", "kept")])
    made = planned(there, [slo("kept", 99.9), monitor("kept-fast", "kept"), slo(), monitor(), board()])
    for count in range(len(told(made)) + 1):
        before = {kind: dict(those) for kind, those in there.objects.items()}
        done = [each for each in made.changes if each.action is not Action.KEEP][:count]
        half = Organisation(before, numbers=there.numbers)
        apply(replace(made, changes=tuple(done)), half)
        rest = left(half, made)
        assert rest.problems == ()
        assert len(told(rest)) == len(told(made)) - count
        apply(rest, half)
        assert left(half, made).empty


def gate_and_rule(env: str) -> list[Document]:
    gate = Document(Kind.GATE, env, {"service": "shop", "env": env, "identifier": "default", "dry_run": False})
    body = {"gate_id": f"${{deployment_gate:{env}}}", "name": "n", "type": "monitor", "options": {"query": "a"}}
    return [gate, Document(Kind.GATE_RULE, env, body)]


@pytest.mark.parametrize("there_first", [True, False], ids=["a gate that stays", "a gate that is new"])
def test_a_saved_plan_knows_a_gate_that_carries_no_mark(*, there_first: bool) -> None:
    """A rule of a gate that stays, or that this plan made before it was cut off, is made; of one that is gone not."""
    there = Organisation()
    if there_first:
        push(there, gate_and_rule("prod")[:1])
    made = planned(there, gate_and_rule("prod"))
    if not there_first:
        apply(replace(made, changes=made.changes[:1]), there)
    rest = left(there, made)
    assert rest.problems == ()
    assert told(rest) == ["create deployment_rule prod"]
    assert not any(each.error for each in apply(rest, there))
    (gate,) = there.objects[Kind.GATE]
    (rule,) = there.objects[Kind.GATE_RULE].values()
    assert rule["gate_id"] == gate
    assert planned(there, gate_and_rule("prod")).empty
    if there_first:
        there.objects[Kind.GATE].clear()
        there.objects[Kind.GATE_RULE].clear()
        assert ["names deployment_gate prod" in each.message for each in left(there, made).problems] == [True]


def test_what_moved_since_is_named_and_nothing_is_done() -> None:
    """Changed, gone, made by somebody else, a namesake, another object behind a reference."""
    there = Organisation()
    push(there, [slo("changed"), slo("gone"), slo("named"), slo("going")])
    wanted = [slo("changed", 99.9), slo("gone", 99.9), slo("named"), slo("new"), slo("twin"), monitor("m", "named")]
    made = planned(there, wanted)
    assert left(there, made).problems == ()
    by_key = {str(body["name"]): body for body in there.objects[Kind.SLO].values()}
    by_key["slo changed"]["thresholds"] = [{"timeframe": "30d", "target": 90}]
    by_key["slo going"]["tags"] = ["team:theirs"]
    del there.objects[Kind.SLO][by_key["slo gone"]["id"]]
    del there.objects[Kind.SLO][by_key["slo named"]["id"]]
    there.request("POST", "/api/v1/slo", body={**slo("twin").body, "description": "by hand"})
    push_of_others = planned(there, [slo("new", 95.0)])
    apply(replace(push_of_others, changes=push_of_others.of(Action.CREATE)), there)
    said = [each.message.removeprefix("the plan is stale: ") for each in left(there, made).problems]
    assert sorted(each.removesuffix(" since it was made").split(" (id")[0] for each in said) == [
        "monitor m names slo named, which is another or gone",
        "slo changed was changed",
        "slo going was changed",
        "slo gone is no longer there",
        "slo new was made by somebody else",
        "slo twin has a namesake that is not ours",
    ]


def test_a_new_field_of_the_servers_makes_no_plan_stale() -> None:
    """What the vendor invents between plan and apply is nobody's change (DogPush#12)."""
    there = Organisation()
    push(there, [slo()])
    made = planned(there, [slo(target=99.9)])
    next(iter(there.objects[Kind.SLO].values()))["a_field_of_tomorrow"] = 2
    assert left(there, made).problems == ()


def test_lists_without_an_order_differ_by_their_elements() -> None:
    """One tag more is one change, wherever the server puts it."""
    found = list(diff({"tags": ["b", "a"]}, {"tags": ["a", "b", "c"]}))
    assert [str(each) for each in found] == ['tags: + "c"']
    assert list(diff({"tags": ["b", "a"]}, {"tags": ["a", "b"]})) == []


def test_an_element_put_in_front_is_one_change() -> None:
    """The others of a list are the same as before."""
    before = {"steps": [{"n": 1}, {"n": 2}]}
    found = list(diff(before, {"steps": [{"n": 0}, {"n": 1}, {"n": 2}]}))
    assert [str(each) for each in found] == ['steps[0]: + {"n": 0}']
    assert [str(each) for each in diff({"steps": [{"n": 0}, *before["steps"]]}, before)] == ['steps[0]: - {"n": 0}']


def test_no_change_shows_a_secret() -> None:
    """That a password changed is seen; what it is, is not, in text or in JSON."""
    before = {"config": {"request": {"basicAuth": {"password": "old-one"}, "headers": {"Authorization": "x1"}}}}
    after = {"config": {"request": {"basicAuth": {"password": "new-one"}, "headers": {"Authorization": "x2"}}}}
    found = list(diff(before, after))
    assert len(found) == 2
    assert {each.after for each in found} == {HIDDEN}
    whole = list(diff({"config": None}, after))
    assert "new-one" not in json.dumps([[each.before, each.after] for each in whole])


def test_changes_say_what_they_put_at_stake() -> None:
    """Deletions, then what notifies somebody, then budgets."""
    there = Organisation()
    push(there, [slo(), monitor(), board()])
    paging = replace(monitor(threshold=6.0), body={**monitor(threshold=6.0).body, "message": "@pagerduty-shop"})
    made = planned(there, [slo(target=99.9), paging, slo("new")])
    assert {each.name: risk(each) for each in made.changes} == {
        "slo pay": Risk.BUDGET,
        "slo new": Risk.NEW,
        "monitor pay-fast": Risk.PAGING,
        "dashboard shop": Risk.DELETE,
    }
