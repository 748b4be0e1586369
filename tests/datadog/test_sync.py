"""A push makes the target hold what the documents say: no more, no less, no twice, whatever breaks on the way."""

from __future__ import annotations

from typing import Any

import pytest

from sightline_core.errors import SightlineError
from sightline_datadog.documents import Document, Kind
from sightline_datadog.ownership import read_mark
from sightline_datadog.sync.apply import apply
from sightline_datadog.sync.plan import Action, Plan, plan
from sightline_datadog.sync.printer import PlanPrinter, as_data
from sightline_datadog.sync.remote import read_remote

from .remote import Remote

ALL = tuple(Kind)


def slo(key: str = "pay", target: float = 99.5) -> Document:
    body = {
        "type": "metric",
        "name": f"slo {key}",
        "thresholds": [{"timeframe": "30d", "target": target}],
        "query": {"numerator": "sum:a{*}.as_count()", "denominator": "sum:b{*}.as_count()"},
        "tags": ["team:x"],
    }
    return Document(Kind.SLO, key, body)


def monitor(key: str = "pay-fast", slo_key: str = "pay", threshold: float = 14.4) -> Document:
    query = f'burn_rate("${{slo:{slo_key}}}").over("30d").long_window("1h").short_window("5m") > {threshold}'
    options = {"thresholds": {"critical": threshold}}
    body = {"type": "slo alert", "name": f"mon {key}", "query": query, "message": "hello", "options": options}
    return Document(Kind.MONITOR, key, body)


def board(key: str = "shop", slo_key: str = "pay") -> Document:
    widget = {"definition": {"type": "slo", "title": "s", "view_type": "detail", "slo_id": f"${{slo:{slo_key}}}"}}
    body = {"title": f"board {key}", "layout_type": "ordered", "widgets": [widget]}
    return Document(Kind.DASHBOARD, key, body)


def metric(*tags: str) -> Document:
    body = {"metric_type": "distribution", "include_percentiles": True, "tags": list(tags)}
    return Document(Kind.METRIC, "http.duration", body)


EVERYTHING = [board(), monitor(), slo(), metric("service")]


def planned(remote: Remote, documents: list[Document], kinds: tuple[Kind, ...] = ALL, **options: Any) -> Plan:
    found = read_remote(remote, documents, kinds)
    return plan(documents, found, project="shop", kinds=kinds, **options)


def push(remote: Remote, documents: list[Document], kinds: tuple[Kind, ...] = ALL, **options: Any) -> list[str]:
    outcomes = apply(planned(remote, documents, kinds, **options), remote)
    return [f"{each.change.action} {each.change.kind} {each.change.key} {each.error}".strip() for each in outcomes]


def test_creates_what_is_named_before_what_names_it() -> None:
    """The order is metric, SLO, monitor, dashboard, and every reference has become an id."""
    remote = Remote()
    done = push(remote, EVERYTHING)
    assert done == [
        "create metric http.duration",
        "create slo pay",
        "create monitor pay-fast",
        "create dashboard shop",
    ]
    (made,) = remote.objects["monitor"].values()
    assert 'burn_rate("slo-1")' in made["query"]
    (shown,) = remote.objects["dashboard"].values()
    assert shown["widgets"][0]["definition"]["slo_id"] == "slo-1"


def uptime() -> list[Document]:
    """An SLO over a monitor, and a burn-rate monitor on the SLO."""
    body = {**slo("up").body, "type": "monitor", "monitor_ids": ["${monitor:probe}"]}
    probe = {"type": "query alert", "name": "probe", "query": "avg(last_5m):avg:a{*} > 1", "message": "down"}
    return [monitor("up-fast", "up"), Document(Kind.SLO, "up", body), Document(Kind.MONITOR, "probe", probe)]


def test_an_slo_of_monitors_comes_after_them_and_goes_before_them() -> None:
    """Neither kind is always the first: the order follows what names what."""
    remote = Remote()
    assert push(remote, uptime()) == ["create monitor probe", "create slo up", "create monitor up-fast"]
    (made,) = remote.objects["slo"].values()
    assert [str(each) for each in made["monitor_ids"]] == [
        key for key, each in remote.objects["monitor"].items() if each["name"] == "probe"
    ]
    assert planned(remote, uptime()).empty
    assert push(remote, []) == ["delete monitor up-fast", "delete slo up", "delete monitor probe"]


def test_what_goes_with_a_push_is_nothing_to_refer_to() -> None:
    """An SLO over a monitor that the same push would delete is a finding, not a dangling id."""
    remote = Remote()
    push(remote, uptime())
    _, over, probe = uptime()
    (problem,) = planned(remote, [over], (Kind.SLO, Kind.MONITOR)).problems
    assert problem.code == "DDC001"
    assert probe.key in problem.message
    assert not planned(remote, [over], (Kind.SLO,)).problems


def test_a_second_push_has_nothing_to_do() -> None:
    """The plan after a push is empty, and nothing is written, though the server added fields of its own."""
    remote = Remote()
    push(remote, EVERYTHING)
    writes = remote.writes
    again = planned(remote, EVERYTHING)
    assert again.empty
    assert push(remote, EVERYTHING) == []
    assert remote.writes == writes


def test_what_changed_is_updated_in_place() -> None:
    """A new target is one update of one field; the id stays."""
    remote = Remote()
    push(remote, EVERYTHING)
    changed = [board(), monitor(), slo(target=99.9), metric("service")]
    made = planned(remote, changed)
    (update,) = made.of(Action.UPDATE)
    assert [str(field) for field in update.fields] == ["thresholds[0].target: 99.5 → 99.9"]
    assert push(remote, changed) == ["update slo pay"]
    assert list(remote.objects["slo"]) == ["slo-1"]


def test_a_change_by_hand_is_seen_and_undone() -> None:
    """Somebody raises a threshold in the vendor's pages: the plan shows it, the push takes it back."""
    remote = Remote()
    push(remote, EVERYTHING)
    there = next(iter(remote.objects["monitor"].values()))
    there["query"] = there["query"].replace("14.4", "20")
    there["options"] = {"thresholds": {"critical": 20.0}, "notify_no_data": True}
    (update,) = planned(remote, EVERYTHING).of(Action.UPDATE)
    assert {field.path for field in update.fields} == {
        "query",
        "options.notify_no_data",
        "options.thresholds.critical",
    }
    push(remote, EVERYTHING)
    assert planned(remote, EVERYTHING).empty


def test_what_is_no_longer_wanted_goes_after_all_else_and_referrers_first() -> None:
    """Creations come before deletions; a dashboard goes before the SLO it shows."""
    remote = Remote()
    push(remote, EVERYTHING)
    assert push(remote, [slo("new")]) == [
        "create slo new",
        "delete dashboard shop",
        "delete monitor pay-fast",
        "delete slo pay",
    ]


def test_a_push_speaks_only_for_its_kinds() -> None:
    """Pushing SLOs and monitors leaves our dashboard alone."""
    remote = Remote()
    push(remote, EVERYTHING)
    assert push(remote, [slo(), monitor()], (Kind.SLO, Kind.MONITOR)) == []
    assert len(remote.objects["dashboard"]) == 1


def test_a_board_finds_the_slo_that_was_pushed_before() -> None:
    """References reach across pushes: the dashboard's push looks the SLO up by its mark."""
    remote = Remote()
    push(remote, [slo()], (Kind.SLO,))
    assert push(remote, [board()], (Kind.DASHBOARD,)) == ["create dashboard shop"]
    assert next(iter(remote.objects["dashboard"].values()))["widgets"][0]["definition"]["slo_id"] == "slo-1"


def test_a_reference_to_nothing_stops_the_push() -> None:
    """A board on an SLO that is nowhere is a finding with a suggestion, and nothing is written."""
    remote = Remote()
    push(remote, [slo()], (Kind.SLO,))
    made = planned(remote, [slo(), board(slo_key="pya")])
    assert [item.code for item in made.problems] == ["DDC001"]
    with pytest.raises(SightlineError):
        apply(made, remote)


def test_other_projects_are_invisible() -> None:
    """What another project owns is neither changed nor deleted, though the keys are the same."""
    remote = Remote()
    found = read_remote(remote, [slo()], ALL)
    apply(plan([slo()], found, project="bank", kinds=ALL), remote)
    assert push(remote, [slo()]) == ["create slo pay"]
    assert push(remote, []) == ["delete slo pay"]
    assert [read_mark(Kind.SLO, body).project for body in remote.objects["slo"].values()] == ["bank"]  # type: ignore[union-attr]  # each has a mark


def test_a_stranger_of_the_same_name_is_an_error_until_adopted() -> None:
    """An unmarked object with our title is named in an error; --adopt updates that one instead of making a second."""
    remote = Remote()
    remote.request("POST", "/api/v1/slo", body={**slo().body, "description": "by hand"})
    made = planned(remote, [slo()])
    assert [item.code for item in made.problems] == ["DDC003"]
    assert "slo-1" in made.problems[0].message
    assert push(remote, [slo()], adopt=True) == ["update slo pay"]
    assert list(remote.objects["slo"]) == ["slo-1"]


def test_an_unmarked_object_is_never_deleted() -> None:
    """Deleting everything of ours leaves what people made by hand."""
    remote = Remote()
    remote.request("POST", "/api/v1/monitor", body=monitor("by-hand").body)
    push(remote, EVERYTHING)
    push(remote, [])
    assert [body["name"] for body in remote.objects["monitor"].values()] == ["mon by-hand"]


def test_a_clone_with_our_mark_is_removed() -> None:
    """Two objects with one mark: the older stays."""
    remote = Remote()
    push(remote, EVERYTHING)
    (first,) = remote.objects["monitor"].values()
    remote.request("POST", "/api/v1/monitor", body=dict(first))
    made = planned(remote, EVERYTHING)
    (delete,) = made.of(Action.DELETE)
    assert int(delete.id or 0) > int(first["id"])


def test_metrics_only_gain() -> None:
    """A metric that others configured keeps their tags, and is never deleted."""
    remote = Remote()
    remote.objects["metric"]["http.duration"] = {"metric_type": "distribution", "tags": ["host"]}
    assert push(remote, [metric("service")]) == ["update metric http.duration"]
    assert remote.objects["metric"]["http.duration"]["tags"] == ["host", "service"]
    assert planned(remote, [metric("service")]).empty
    assert push(remote, []) == []


def test_a_refusal_keeps_what_depends_on_it_and_all_deletions_back() -> None:
    """The SLO is refused: its monitor is not sent with a hole in it, and the old objects stay."""
    remote = Remote()
    push(remote, [slo("old")])
    remote.refuse = lambda method, path, _body: "no" if method == "POST" and path == "/api/v1/slo" else None
    done = push(remote, [slo(), monitor()])
    assert done == [
        "create slo pay no",
        "create monitor pay-fast it names slo pay, which could not be created",
        "delete slo old not deleted, because an earlier change was refused",
    ]
    assert len(remote.objects["slo"]) == 1


@pytest.mark.parametrize("how", ["before", "after"])
@pytest.mark.parametrize("at", range(1, 8))
def test_cut_off_at_any_write_the_next_push_completes_it(at: int, how: str) -> None:
    """Whatever write is cut off, before or after it was done, one more push gives the same state, nothing twice."""
    remote = Remote()
    push(remote, [slo("old"), monitor("old-fast", "old")])
    remote.writes, remote.cut = 0, lambda number: how if number == at else ""
    with pytest.raises(SightlineError) if at <= 6 else _nothing():
        push(remote, EVERYTHING)
    remote.cut = lambda _number: ""
    push(remote, EVERYTHING)
    assert {kind: len(found) for kind, found in remote.objects.items() if found} == {
        "slo": 1,
        "monitor": 1,
        "dashboard": 1,
        "metric": 1,
    }
    assert planned(remote, EVERYTHING).empty


class _nothing:  # noqa: N801 - stands where `pytest.raises` does
    def __enter__(self) -> None: ...

    def __exit__(self, *_error: object) -> None: ...


def test_widget_ids_survive_an_insertion() -> None:
    """A widget put on top does not take the id of the one below it: people's links hold ids."""
    remote = Remote()
    push(remote, EVERYTHING)
    (there,) = remote.objects["dashboard"].values()
    there["widgets"][0]["id"] = 77
    note = {"definition": {"type": "note", "content": "new"}}
    body = {**board().body, "widgets": [note, *board().body["widgets"]]}
    push(remote, [Document(Kind.DASHBOARD, "shop", body), monitor(), slo()])
    (there,) = remote.objects["dashboard"].values()
    assert [widget.get("id") for widget in there["widgets"]] == [None, 77]


def test_a_thousand_and_more_objects_are_all_read() -> None:
    """Lists are read to their last page."""
    remote = Remote()
    documents = [slo(f"s{number}") for number in range(1100)]
    push(remote, documents)
    assert planned(remote, documents).empty


def test_the_plan_prints_as_text_and_as_data() -> None:
    """Signs say what happens without colour; the data holds the same."""
    remote = Remote()
    push(remote, EVERYTHING)
    made = planned(remote, [slo(target=99.0), monitor(), metric("service"), slo("new")])
    text = PlanPrinter().text(made)
    assert '+ slo new  "slo new"' in text
    assert '~ slo pay  "slo pay"\n    thresholds[0].target: 99.5 → 99.0' in text
    assert '- dashboard shop  "board shop" (no longer wanted)' in text
    assert text.endswith("1 to create, 1 to update, 1 to delete, 2 unchanged")
    data = as_data(made)
    assert data["counts"] == {"create": 1, "update": 1, "delete": 1, "keep": 2}
    assert [change["action"] for change in data["changes"]] == ["create", "update", "delete"]
