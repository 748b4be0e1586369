"""Plan and push against the local backend as it ships: a process, the official client, HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from .backend import SIGHTLINE, Backend, Proxy
from .specs import SHOP, spec

if TYPE_CHECKING:
    from pathlib import Path

    from .caller import Caller


def test_plan_push_plan(backend: Backend, caller: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan says what is to be made and exits 1; a push makes it; the next plan is empty and exits 0."""
    assert caller("plan", SHOP) == 1
    assert "+ slo payments-payment-success" in capsys.readouterr().out
    assert caller.marks() == {}
    assert caller("push", SHOP, "--json") == 0
    data = json.loads(capsys.readouterr().out)["data"]
    made = [(each["kind"], each["key"]) for each in data["outcomes"] if each["kind"] != "metric"]
    assert {f"{kind} {key}" for kind, key in made} == set(caller.marks())
    assert [kind for kind, _ in made] == sorted((kind for kind, _ in made), reverse=True), "SLOs come before monitors"
    assert caller("plan", SHOP) == 0
    before = caller.marks()
    with Proxy(backend.address) as proxy:
        caller.address = proxy.address
        assert caller("push", SHOP) == 0
    assert proxy.writes == []
    assert caller.marks() == before


def test_what_is_pushed_says_whose_it_is(backend: Backend, caller: Caller, file: Path) -> None:
    """Each object carries the mark in its text and in two tags, and its monitors name the SLO by its id."""
    file.write_text(spec())
    assert caller("push", file) == 0
    (slo,) = [each for each in backend.slos() if f"sightline_project:{caller.project}" in each["tags"]]
    assert slo["description"].endswith(f"sightline:{caller.project}:slo:pay-success")
    assert "sightline_key:pay-success" in slo["tags"]
    monitors = [each for each in backend.monitors() if f"sightline_project:{caller.project}" in each["tags"]]
    assert len(monitors) == 3
    assert all(f'burn_rate("{slo["id"]}")' in each["query"] for each in monitors)
    assert all(f"sightline:{caller.project}:monitor:pay-success-" in each["message"] for each in monitors)


def test_changes_are_made_in_the_order_in_which_they_depend(backend: Backend, caller: Caller, file: Path) -> None:
    """A new period goes to the SLO before its monitors; what is gone goes last, monitors before their SLO."""
    file.write_text(spec("a") + spec("b").partition("slos:\n")[2])
    assert caller("push", file) == 0
    before = caller.marks()
    file.write_text(spec("a", period="7d"))
    with Proxy(backend.address) as proxy:
        caller.address = proxy.address
        assert caller("push", file) == 0
        assert proxy.writes == [
            *[("PUT", "slo"), ("PUT", "monitor"), ("PUT", "monitor"), ("PUT", "monitor")],
            *[("DELETE", "monitor"), ("DELETE", "monitor"), ("DELETE", "monitor"), ("DELETE", "slo")],
        ]
    assert caller.marks() == {name: each for name, each in before.items() if "pay-a" in name}


def test_a_stranger_of_the_same_name_is_left_alone_until_adopted(
    backend: Backend, caller: Caller, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --adopt the push is refused and nothing at all is written; with it that very object becomes ours."""
    file.write_text(spec("by-hand"))
    body = {"type": "metric", "name": "pay: by-hand", "thresholds": [{"timeframe": "7d", "target": 90}]}
    query = {"numerator": "sum:a{*}.as_count()", "denominator": "sum:b{*}.as_count()"}
    theirs = backend.call("POST", "/api/v1/slo", body | {"query": query})["data"][0]
    with Proxy(backend.address) as proxy:
        caller.address = proxy.address
        assert caller("push", file) == 1
        assert proxy.writes == []
    assert "error[DDC003]" in capsys.readouterr().err
    assert backend.call("GET", f"/api/v1/slo/{theirs['id']}")["data"] == theirs
    caller.address = backend.address
    assert caller("push", file, "--adopt") == 0
    assert caller.marks()["slo pay-by-hand"] == theirs["id"]
    assert caller("plan", file) == 0


def test_what_went_between_plan_and_push_is_refused_and_healed_by_the_next(
    backend: Backend, caller: Caller, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody deletes our monitor while we push: that update is refused, and the next push makes it anew."""
    file.write_text(spec("a"))
    assert caller("push", file) == 0
    victim = caller.marks()["monitor pay-a-page-fast"]
    file.write_text(spec("a", objective=99.9, more="    alerting: {name: Renamed}\n"))

    def delete_it(number: int, _method: str, _path: str) -> None:
        if number == 1:
            proxy.before = lambda *_: None
            backend.call("DELETE", f"/api/v1/monitor/{victim}")

    with Proxy(backend.address, before=delete_it) as proxy:
        caller.address = proxy.address
        assert caller("push", file) == 1
    assert "update monitor pay-a-page-fast" in capsys.readouterr().err
    caller.address = backend.address
    assert caller("push", file) == 0
    assert caller("plan", file) == 0
    assert caller.marks()["monitor pay-a-page-fast"] != victim


@pytest.mark.parametrize("at", [1, 3])
def test_ctrl_c_in_the_middle_is_healed_by_the_next_push(backend: Backend, caller: Caller, file: Path, at: int) -> None:
    """Interrupted after a write that the client has not heard of: exit 130, and afterwards nothing is there twice."""
    file.write_text(spec())
    command = [SIGHTLINE, "slo", "push", str(file), "--project", caller.project, "--json"]
    released = threading.Event()

    def interrupt(number: int) -> None:
        if number == at:
            process.send_signal(signal.SIGINT)
            released.wait(20)

    with Proxy(backend.address, after=interrupt) as proxy:
        environ = {**os.environ, "DD_HOST": proxy.address}
        process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, err = process.communicate(timeout=30)
        released.set()
    assert process.returncode == 130
    assert "interrupted" in err
    # The alerts are made at once: others may be heard of or not yet, but never the one whose answer was held.
    assert min(at - 1, 1) <= len(json.loads(out)["data"]["outcomes"]) < len(caller.marks())
    assert caller("push", file) == 0
    assert len(caller.marks()) == 4
    assert caller("plan", file) == 0
