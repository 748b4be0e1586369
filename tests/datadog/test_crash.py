"""Whatever cuts an apply off, at whatever request, the next one completes it: nothing twice, nothing left behind."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.errors import SightlineError
from sightline_datadog.documents import NATURAL, Document, Kind
from sightline_datadog.sync.apply import Outcome, apply
from sightline_datadog.sync.plan import Action, Plan, plan
from sightline_datadog.sync.remote import read_remote

from . import mixed
from .organisation import Killed, Organisation

if TYPE_CHECKING:
    from collections.abc import Callable

ALL = tuple(Kind)


@cache
def before() -> tuple[Document, ...]:
    """What was applied last time: some of it changes, some goes, a key was renamed."""
    wanted = mixed.documents()
    kept = [each for each in wanted if each.key in {"service0", "service0-fast", "probe", "shop"}]
    old = [replace(each, key=f"old-{each.key}", body=_renamed(each.body)) for each in kept if each.kind not in NATURAL]
    changed = [replace(each, body={**each.body, "tags": ["team:other"]}) for each in kept if "tags" in each.body]
    rest = [each for each in kept if "tags" not in each.body]
    return (*changed, *rest, *(each for each in old if "${" not in str(each.body)))


def _renamed(body: Any) -> dict[str, Any]:
    titled = {key: f"old {body[key]}" for key in ("name", "title") if key in body}
    return {
        **body,
        **titled,
        **({"query": f"{body['query']} "[:-2] + "7"} if isinstance(body.get("query"), str) else {}),
    }


def planned(organisation: Organisation, documents: list[Document]) -> Plan:
    found = read_remote(organisation, documents, ALL, project="shop", workers=1)
    return plan(documents, found, project="shop", kinds=ALL)


def applied(organisation: Organisation, documents: list[Document], workers: int = 1) -> tuple[Outcome, ...]:
    return apply(planned(organisation, documents), organisation, workers=workers, pause=lambda _seconds: None)


@cache
def start() -> Organisation:
    """An organisation that was applied to before, and holds what people made by hand."""
    made = Organisation()
    by_hand = {"type": "query alert", "name": "by hand", "query": "avg(last_5m):avg:a{*} > 1", "message": "hm"}
    made.request("POST", "/api/v1/monitor", body=by_hand)
    assert not any(each.error for each in applied(made, list(before())))
    made.revived()
    return made


def fresh(fault: Callable[[int, str, str], str] = lambda *_: "") -> Organisation:
    here = start()
    objects = {kind: dict(those) for kind, those in here.objects.items()}
    return Organisation(objects, fault, numbers=here.numbers)


@cache
def undisturbed() -> Organisation:
    """The organisation after an apply that nothing disturbed."""
    made = fresh()
    assert not any(each.error for each in applied(made, mixed.documents()))
    return made


@cache
def numbers() -> range:
    """The numbers of the requests of an apply that nothing disturbs."""
    made = fresh()
    applied(made, mixed.documents())
    return range(1, made.requests + 1)


def at(wanted: int, how: str) -> Callable[[int, str, str], str]:
    """A fault at one request."""
    return lambda number, _method, _path: how if number == wanted else ""


def holds_what_is_wanted(organisation: Organisation) -> None:
    """The same objects as without a disturbance, each once, and what is not ours untouched."""
    counts = Counter(map(str, organisation.marks()))
    assert set(counts.values()) == {1}, counts
    assert organisation.state() == undisturbed().state()


def test_the_apply_is_of_fifty_objects_of_every_kind() -> None:
    """It makes, changes and deletes; an apply after it has nothing to do."""
    documents = mixed.documents()
    assert len(documents) == 50
    assert {each.kind for each in documents} == set(Kind) - {Kind.METRIC}
    made = planned(fresh(), documents)
    assert not made.problems
    assert all(made.of(action) for action in (Action.CREATE, Action.UPDATE, Action.DELETE))
    assert planned(undisturbed(), documents).empty


@pytest.mark.parametrize("how", ["kill-before", "kill-after", "cut-before", "cut-after"])
def test_a_crash_at_any_request_is_completed_by_the_next_run(how: str) -> None:
    """At every single request, before it was done and after: one more run gives what an undisturbed one gives."""
    assert len(numbers()) > 60
    for number in numbers():
        crashed = fresh(at(number, how))
        try:
            applied(crashed, mixed.documents())
        except (Killed, SightlineError):
            crashed.revived()
            assert not any(each.error for each in applied(crashed, mixed.documents()))
        holds_what_is_wanted(crashed)


@pytest.mark.parametrize("seed", range(5))
def test_creates_that_were_done_and_answered_502_are_done_once(seed: int) -> None:
    """A fifth of them: the same run takes its own object for the lost answer's, and is done."""
    dice = random.Random(seed)
    hits = []

    def fault(_number: int, method: str, path: str) -> str:
        hit = method == "POST" and not path.endswith("/delete") and dice.random() < 0.2
        hits.append(hit)
        return "502-after" if hit else ""

    broken = fresh(fault)
    assert not any(each.error for each in applied(broken, mixed.documents(), workers=8))
    assert sum(hits) >= 3
    holds_what_is_wanted(broken)


def test_a_kill_among_eight_requests_under_way_is_completed_by_the_next_run() -> None:
    """With as many at once as in earnest, wherever it falls."""
    for number in numbers()[::3]:
        crashed = fresh(at(number, "kill-after"))
        with pytest.raises(Killed):
            applied(crashed, mixed.documents(), workers=8)
        crashed.revived()
        applied(crashed, mixed.documents(), workers=8)
        holds_what_is_wanted(crashed)
