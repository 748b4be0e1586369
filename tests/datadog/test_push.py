"""A push asks where it must, and does nothing that nobody has seen."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sightline_core.console import Console
from sightline_core.errors import SightlineError
from sightline_datadog import session
from sightline_datadog.documents import Kind
from sightline_datadog.push import run_push
from sightline_datadog.wish import Wish

from .remote import Remote
from .test_sync import monitor, slo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WISH = Wish([slo(), monitor()], (Kind.SLO, Kind.MONITOR), "shop", {})


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Remote:
    """Return an API in memory that stands where the vendor's would, beyond this machine."""
    made = Remote()
    monkeypatch.setattr(session, "ClientTransport", lambda *_, **__: made)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name, value in {"SITE": "datadoghq.eu", "API_KEY": "a", "APP_KEY": "b"}.items():
        monkeypatch.setenv(f"DD_{name}", value)
    return made


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, says: Callable[[], bool]) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda *_, **__: says())


def test_without_a_terminal_it_must_be_told_to_go_on(remote: Remote) -> None:
    """In CI nobody can be asked: --yes says it, and without it nothing is written."""
    with pytest.raises(SightlineError, match="not asked whether to change"):
        run_push(WISH, Console.detect())
    assert remote.writes == 0
    assert run_push(replace(WISH, yes=True), Console.detect()) == 0
    assert remote.writes == 2


def test_a_plan_that_aged_while_somebody_thought_is_not_done(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was confirmed is what is done: where the target changed meanwhile, the push is refused as stale."""

    def meanwhile() -> bool:
        remote.request("POST", "/api/v1/slo", body=slo().body)
        return True

    at_a_terminal(monkeypatch, meanwhile)
    with pytest.raises(SightlineError, match="changed while you were asked"):
        run_push(WISH, Console.detect())
    assert remote.writes == 1


def test_what_was_confirmed_is_done(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing changed meanwhile, a yes at the terminal is enough."""
    at_a_terminal(monkeypatch, lambda: True)
    assert run_push(WISH, Console.detect()) == 0
    assert remote.writes == 2


def test_what_was_done_before_the_api_broke_is_told_as_json(remote: Remote, capsys: pytest.CaptureFixture[str]) -> None:
    """A push that breaks off prints one envelope: what was done stands in it, and what stood in the way."""
    remote.cut = lambda number: "before" if number == 2 else ""
    assert run_push(replace(WISH, yes=True, json=True), Console.detect()) == 2
    captured = capsys.readouterr()
    envelope = json.loads(captured.out)
    assert [(each["kind"], each["id"]) for each in envelope["data"]["outcomes"]] == [("slo", "slo-1")]
    assert [each["code"] for each in envelope["diagnostics"]] == ["CORE005"]
    assert "error: cut off before it was done" in captured.err


def test_nothing_to_push_deletes_nothing(remote: Remote) -> None:
    """An empty set, which a wrong path gives, is exit 3; only --allow-empty makes it a wish."""
    run_push(replace(WISH, yes=True), Console.detect())
    empty = replace(WISH, documents=[], yes=True)
    assert run_push(empty, Console.detect()) == 3
    assert len(remote.objects["slo"]) == 1
    assert run_push(replace(empty, allow_empty=True), Console.detect()) == 0
    assert remote.objects["slo"] == {}
