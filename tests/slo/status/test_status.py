"""`sightline slo status`: what the local backend measured, in bulk, as a table, JSON and a page."""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.cli import run
from tests.slo.backend import Backend, Proxy

from .history import month, named

if TYPE_CHECKING:
    from pathlib import Path

    from tests.slo.caller import Caller

FILES = {"a": 2, "b": 30, "c": 0}
"""Bad events of the thousand of each hour; nobody counts `d`."""


def _always(value: float, _hour: int) -> float:
    return float(value)


@pytest.fixture
def pushed(backend: Backend, caller: Caller, tmp_path: Path) -> Path:
    """Return a folder of four specs that were pushed, three of them with a month behind them."""
    for name in (*FILES, "d"):
        metric = f"{caller.project.replace('-', '_')}.{name}"
        (tmp_path / f"{name}.yaml").write_text(named(metric, f"success-{name}"))
        if name in FILES:
            month(backend, f"{metric}.attempted", lambda _hour: 1000.0)
            month(backend, f"{metric}.failed", functools.partial(_always, FILES[name]))
    assert caller("push", tmp_path) == 0
    return tmp_path


def asked(caller: Caller, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    caller.monkeypatch.setenv("DD_HOST", caller.address)
    code = run(["slo", "status", "--project", caller.project, "--json", *options])
    return code, json.loads(capsys.readouterr().out)["data"]


@pytest.mark.usefixtures("pushed")
def test_standings_are_what_was_counted(caller: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    """SLI, budget, state and pace follow from the counts; the worst comes first; few requests serve all."""
    capsys.readouterr()
    with Proxy(caller.address) as proxy:
        caller.address = proxy.address
        code, data = asked(caller, capsys)
        assert proxy.log == [("GET", "/api/v1/monitor"), ("GET", "/api/v1/slo/search")]
        _, burned = asked(caller, capsys, "--history")
        assert proxy.writes == []
        assert len(proxy.log) == 2 + 3 + 2 * 4
    assert code == 0
    slos = {each["key"].rpartition("-")[2]: each for each in data["slos"]}
    assert [each["key"][-1] for each in data["slos"]] == ["b", "d", "a", "c"]
    assert {name: each["state"] for name, each in slos.items()} == {
        "a": "ok",
        "b": "breached",
        "c": "ok",
        "d": "no data",
    }
    for name, bad in FILES.items():
        assert slos[name]["sli"] == pytest.approx(100 - bad / 10)
        assert slos[name]["budget_remaining"] == pytest.approx(100 * (1 - bad / 5))
        assert slos[name]["history"] == []
    assert slos["d"]["sli"] is None
    for each in burned["slos"]:
        name = each["key"][-1]
        if name == "d":
            assert (each["history"], each["burn_rate"]) == ([], None)
            continue
        assert each["burn_rate"] == pytest.approx(FILES[name] / 5)
        assert each["history"][-1][1] == pytest.approx(each["budget_remaining"])
        left = [value for _, value in each["history"]]
        assert left == sorted(left, reverse=True)
    first = next(each for each in burned["slos"] if each["key"].endswith("a"))
    assert first["gone_in_s"] == pytest.approx(0.6 * 30 * 86400 / 0.4)


def test_specs_limit_it_and_what_was_never_pushed_is_told(
    pushed: Path, caller: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two specs, one that is not there stands as having no data, with what to do."""
    (pushed / "new.yaml").write_text(named("x", "new"))
    capsys.readouterr()
    code, data = asked(caller, capsys, str(pushed / "a.yaml"), str(pushed / "new.yaml"))
    assert code == 0
    assert [(each["key"], each["note"]) for each in data["slos"]] == [
        ("pay-new", "it is not there: push it"),
        ("pay-success-a", ""),
    ]


def test_the_table_has_a_line_an_slo_and_is_complete_without_colour(
    pushed: Path, caller: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers line up below their heads; the count goes to standard error."""
    capsys.readouterr()
    caller.monkeypatch.setenv("DD_HOST", caller.address)
    assert run(["slo", "status", "--project", caller.project, str(pushed / "b.yaml")]) == 0
    captured = capsys.readouterr()
    head, line = captured.out.splitlines()
    assert re.split(" {2,}", line) == [
        "breached",
        "pay-success-b",
        "99.5 % of 30d",
        "97.000 %",
        "-500.0 %",
        "-",
        "-",
        "-",
    ]
    assert head.index("budget left") + len("budget left") == line.index("-500.0 %") + len("-500.0 %")
    assert "1 breached" in captured.err


def test_nothing_and_no_answer(caller: Caller, tmp_path: Path) -> None:
    """No SLOs is 3; a target that does not answer, a broken spec and a place that cannot be written are 2."""
    caller.monkeypatch.setenv("DD_HOST", caller.address)
    assert run(["slo", "status", "--project", "nobody"]) == 3
    (tmp_path / "bad.yaml").write_text(named("x", objective=100))
    assert run(["slo", "status", str(tmp_path / "bad.yaml")]) == 2
    (tmp_path / "file").write_text("")
    assert run(["slo", "status", "--project", "nobody", "-o", str(tmp_path / "file" / "x")]) == 2
    caller.monkeypatch.setenv("DD_HOST", "http://127.0.0.1:9")
    assert run(["slo", "status"]) == 2
