"""`sightline datadog`: what each command answers, what it does, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.cli import run
from sightline_datadog import session
from sightline_datadog.directory import write
from sightline_datadog.documents import Document, Kind

from .organisation import Organisation
from .test_sync import board, monitor, slo

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = [slo(), monitor(), board()]


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Organisation:
    """Return an organisation in memory where the vendor's would be, beyond this machine."""
    made = Organisation()
    monkeypatch.setattr(session, "ClientTransport", lambda *_, **__: made)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SIGHTLINE_PROJECT", "shop")
    monkeypatch.chdir(tmp_path)
    for name, value in {"SITE": "datadoghq.eu", "API_KEY": "a", "APP_KEY": "b"}.items():
        monkeypatch.setenv(f"DD_{name}", value)
    written(tmp_path, DOCUMENTS)
    return made


def written(folder: Path, documents: list[Document]) -> None:
    for old in (folder / "build").glob("*.json"):
        old.unlink()
    write(folder / "build", documents)


def datadog(*words: str) -> int:
    return run(["datadog", *words])


def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_plan_then_apply_then_nothing(there: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was saved is done, once; after it there is nothing to plan, and applying it again does nothing."""
    assert datadog("plan", "build", "--out", "plan.json") == 1
    assert "3 to create" in capsys.readouterr().out
    assert there.writes == 0
    assert datadog("apply", "plan.json", "--yes") == 0
    assert len(there.marks()) == 3
    assert datadog("plan", "build") == 0
    writes = there.writes
    assert datadog("apply", "plan.json", "--yes", "--json") == 0
    assert there.writes == writes
    assert (tmp_path / "plan.json").stat().st_size > 1000


def test_a_saved_plan_asks_as_a_push_does(there: Organisation, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal and without --yes nothing is done to a target elsewhere."""
    assert datadog("plan", "build", "--out", "plan.json") == 1
    assert datadog("apply", "plan.json") == 2
    assert "--yes" in capsys.readouterr().err
    assert there.writes == 0


def test_a_stale_or_tampered_plan_is_exit_one(
    there: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both name what is wrong, and nothing is written; as JSON the finding stands in the envelope."""
    assert datadog("plan", "build", "--out", "plan.json") == 1
    there.request("POST", "/api/v1/slo", body={**slo().body, "description": "by hand"})
    capsys.readouterr()
    assert datadog("apply", "plan.json", "--yes") == 1
    assert "slo pay has a namesake" in capsys.readouterr().err
    file = tmp_path / "plan.json"
    file.write_text(file.read_text().replace("hello", "hullo"))
    assert datadog("apply", "plan.json", "--yes", "--json") == 1
    assert [each["code"] for each in answer(capsys)["diagnostics"]] == ["DDP004"]
    assert there.writes == 1


def test_drift_sees_what_people_changed(there: Organisation, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0 for none; a change, a deletion and an object of ours without a document are drift, in words and JSON."""
    assert datadog("push", "build", "--yes") == 0
    assert datadog("drift", "build") == 0
    next(iter(there.objects[Kind.MONITOR].values()))["options"]["notify_no_data"] = True
    there.objects[Kind.DASHBOARD].clear()
    capsys.readouterr()
    assert datadog("drift", "build") == 1
    assert "1 missing, 1 changed, 0 not in the documents, 1 as wanted" in capsys.readouterr().out
    assert datadog("drift", "build", "--json") == 1
    changes = answer(capsys)["data"]["changes"]
    assert [(each["kind"], each["action"]) for each in changes] == [("monitor", "update"), ("dashboard", "create")]
    assert changes[0]["fields"][0]["path"] == "options.notify_no_data"


def test_destroy_asks_and_deletes_ours_alone(there: Organisation, capsys: pytest.CaptureFixture[str]) -> None:
    """Dashboards first; by hand and by others stays; a second time there is nothing."""
    assert datadog("push", "build", "--yes") == 0
    there.request("POST", "/api/v1/monitor", body={**monitor().body, "query": "avg(last_5m):avg:a{*} > 1"})
    assert datadog("destroy") == 2
    assert len(there.marks()) == 3
    capsys.readouterr()
    assert datadog("destroy", "--yes", "--json") == 0
    outcomes = answer(capsys)["data"]["outcomes"]
    assert [each["kind"] for each in outcomes] == ["dashboard", "monitor", "slo"]
    assert there.marks() == []
    assert len(there.objects[Kind.MONITOR]) == 1
    assert datadog("destroy", "--yes") == 3


def test_destroy_of_a_kind_leaves_the_others(there: Organisation) -> None:
    """Only dashboards, say."""
    assert datadog("push", "build", "--yes") == 0
    assert datadog("destroy", "--kind", "dashboard", "--yes") == 0
    assert sorted(mark.kind for mark in there.marks()) == ["monitor", "slo"]


def test_what_something_else_needs_is_named_and_stays(
    there: Organisation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The vendor's word that an SLO is on somebody's dashboard is told, and it is not deleted."""
    assert datadog("push", "build", "--yes") == 0
    (identity,) = there.objects[Kind.SLO]
    monkeypatch.setattr(there, "blocked", {identity: ["SLO is referenced in dashboard: abc-def-ghi"]})
    assert datadog("destroy", "--yes") == 1
    assert "referenced in dashboard: abc-def-ghi" in capsys.readouterr().err
    assert [mark.kind for mark in there.marks()] == ["slo"]


def test_a_snapshot_is_planned_against_without_a_network(
    there: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same plan as live, with no key at all; its age is said, and it holds no author."""
    gate = Document(Kind.GATE, "shop", {"service": "shop", "env": "prod", "identifier": "default", "dry_run": False})
    written(tmp_path, [*DOCUMENTS, gate])
    assert datadog("push", "build", "--yes") == 0
    (made,) = there.objects[Kind.SLO].values()
    made["creator"] = {"email": "somebody@example.com"}
    written(tmp_path, [slo(target=99.9), monitor(), board(), slo("new"), gate])
    capsys.readouterr()
    assert datadog("plan", "build", "--json") == 1
    live = answer(capsys)["data"]
    assert datadog("snapshot", "build", "--out", "snapshot.json") == 0
    assert datadog("snapshot", "--out", "whole.json") == 0, "without documents it holds the gate that a rule names, too"
    assert "somebody" not in (tmp_path / "snapshot.json").read_text()
    asked = there.requests
    for name in ("SITE", "API_KEY", "APP_KEY"):
        monkeypatch.delenv(f"DD_{name}")
    capsys.readouterr()
    assert datadog("plan", "build", "--snapshot", "snapshot.json", "--json") == 1
    captured = capsys.readouterr()
    offline = json.loads(captured.out)["data"]
    assert "less than an hour old" in captured.err
    assert datadog("plan", "build", "--snapshot", "whole.json", "--json") == 1
    assert there.requests == asked
    for found in (offline, answer(capsys)["data"]):
        assert (found["counts"], found["changes"]) == (live["counts"], live["changes"])


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "no snapshot"), ('{"format": "other"}', "no snapshot"), (None, "does not hold")],
    ids=["broken", "other", "of another project"],
)
def test_a_snapshot_that_cannot_serve_says_how_to_take_one(
    there: Organisation, tmp_path: Path, text: str | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Broken, of another form, of another project: exit 2 with the command that makes a right one."""
    assert datadog("snapshot", "--project", "bank", "--out", "snapshot.json") == 0
    if text is not None:
        (tmp_path / "snapshot.json").write_text(text)
    assert datadog("plan", "build", "--snapshot", "snapshot.json") == 2
    told = capsys.readouterr().err
    assert said in told
    assert "sightline datadog snapshot" in told
    assert there.writes == 0


def test_a_target_that_fits_nothing_is_nothing(there: Organisation, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 3, with the form that a target has."""
    assert datadog("plan", "build", "--target", "monitor.none") == 3
    assert "KIND.KEY" in capsys.readouterr().err
    assert datadog("push", "build", "--target", "monitor.pay*", "--yes") == 0
    assert sorted(mark.kind for mark in there.marks()) == ["monitor", "slo"]


def test_many_deletions_are_shown_and_not_done(
    there: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan is printed with what is wrong with it; with leave it is done."""
    written(tmp_path, [slo(f"s{number}") for number in range(8)])
    assert datadog("push", "build", "--yes") == 0
    written(tmp_path, [slo("s0")])
    capsys.readouterr()
    assert datadog("push", "build", "--yes") == 1
    captured = capsys.readouterr()
    assert "7 to delete" in captured.out
    assert "DDP001" in captured.err
    assert datadog("push", "build", "--yes", "--allow-deletes", "7") == 0
    assert len(there.marks()) == 1
    assert datadog("plan", "build", "--allow-deletes", "some") == 2


def test_dashboards_are_read_once_until_they_change(there: Organisation, tmp_path: Path) -> None:
    """The second plan reads lists alone; a broken cache costs a read, and --no-cache asks again."""
    assert datadog("push", "build", "--yes") == 0
    (made,) = there.objects[Kind.DASHBOARD].values()
    made["modified_at"] = "2026-01-01T00:00:00.000000+00:00"

    def reads(*words: str) -> int:
        before = there.requests
        assert datadog("plan", "build", *words) == 0
        return there.requests - before

    assert [reads(), reads(), reads("--no-cache"), reads()] == [4, 3, 4, 3]
    made["modified_at"] = "2026-01-01T00:00:01.000000+00:00"
    assert [reads(), reads()] == [4, 3]
    (file,) = (tmp_path / "cache").rglob("*.json")
    file.write_text("[]")
    assert [reads(), reads()] == [4, 3]


def test_what_we_deleted_ourselves_is_no_empty_list(there: Organisation, tmp_path: Path) -> None:
    """A kind whose last object a push deleted may be made again; one that vanished is asked about."""
    assert datadog("push", "build", "--yes") == 0
    written(tmp_path, [board()])
    assert datadog("plan", "build", "--allow-empty") == 1, "it names an SLO that goes"
    written(tmp_path, [slo(), monitor()])
    assert datadog("push", "build", "--yes", "--allow-empty") == 0
    assert there.objects[Kind.DASHBOARD] == {}
    written(tmp_path, DOCUMENTS)
    assert datadog("push", "build", "--yes") == 0
    there.objects[Kind.DASHBOARD].clear()
    assert datadog("push", "build", "--yes") == 1
    assert datadog("push", "build", "--yes", "--allow-recreate") == 0
    assert datadog("destroy", "--yes") == 0
    assert datadog("push", "build", "--yes") == 0
