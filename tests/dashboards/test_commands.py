"""What `sightline dashboards` answers, and what it sends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run
from sightline_dashboards.compile import compile_boards
from sightline_datadog import session
from sightline_datadog.directory import read
from sightline_datadog.documents import Kind
from sightline_datadog.ownership import read_mark
from tests.datadog.remote import Remote
from tests.datadog.test_sync import push as push_documents
from tests.datadog.test_sync import slo

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = (
    "payments-payment-success",
    "orders-checkout-availability",
    "orders-checkout-latency",
    "storefront-availability",
)


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Remote:
    """Return an API in memory in the local backend's place."""
    made = Remote()
    monkeypatch.setattr(session, "ClientTransport", lambda *_, **__: made)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return made


def test_list_and_compile(capsys: pytest.CaptureFixture[str]) -> None:
    """Text and JSON hold the same boards."""
    assert run(["dashboards", "list"]) == 0
    assert capsys.readouterr().out.splitlines() == ["shop"]
    assert run(["dashboards", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"] == ["shop"]
    assert run(["dashboards", "compile", "shop"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert run(["dashboards", "compile", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == plain
    assert [each["key"] for each in plain["data"]] == ["shop"]


def test_boards_are_written_as_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files that `sightline datadog` reads, the same as what is printed; the product stays empty but for --json."""
    assert run(["dashboards", "compile", "--out", str(tmp_path / "build")]) == 0
    assert capsys.readouterr().out == ""
    documents, findings, _ = read([tmp_path / "build"])
    assert findings == []
    assert [(each.key, each.body) for each in documents] == [(each.key, each.body) for each in compile_boards()[0]]


def test_a_board_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name is wrong usage, with the right one suggested."""
    assert run(["dashboards", "compile", "shpo"]) == 2
    assert "did you mean `shop`?" in capsys.readouterr().err


def test_a_board_waits_for_its_slos(remote: Remote, capsys: pytest.CaptureFixture[str]) -> None:
    """Pushed before them it is refused by name and nothing is sent; after them it is made, and then nothing is left."""
    assert run(["dashboards", "push", "--project", "shop"]) == 1
    err = capsys.readouterr().err
    assert err.count("error[DDC001]") == len(SHOWN)
    assert "push the slo with it, or before it" in err
    assert remote.writes == 0
    push_documents(remote, [slo(key) for key in SHOWN], (Kind.SLO,))
    assert run(["dashboards", "plan", "--project", "shop"]) == 1
    assert run(["dashboards", "push", "--project", "shop", "--json"]) == 0
    assert [
        each["action"] for each in json.loads(capsys.readouterr().out.partition("unchanged\n")[2])["data"]["outcomes"]
    ] == ["create"]
    (board,) = remote.objects["dashboard"].values()
    mark = read_mark(Kind.DASHBOARD, board)
    assert mark is not None
    assert str(mark) == "sightline:shop:dashboard:shop"
    assert "${" not in json.dumps(board)
    assert run(["dashboards", "plan", "--project", "shop"]) == 0
    assert len(remote.objects["slo"]) == len(SHOWN)
