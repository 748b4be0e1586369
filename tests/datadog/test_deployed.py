"""`sightline datadog deployed`: one event, as the vendor takes it, with one key, and never twice by us."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.cli import run
from sightline_datadog import session
from sightline_datadog.deployments import Deployment, moment, without_secret
from sightline_datadog.settings import resolve
from sightline_datadog.wire import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

AT = dt.datetime(2026, 5, 4, 3, 2, 1, 500_000, tzinfo=dt.UTC)
SHA = "0123456789abcdef0123456789abcdef01234567"


class Intake:
    """Takes one event, or refuses it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.taken: list[tuple[str, str, Any]] = []

    def request(self, method: str, path: str, *, query: Sequence[tuple[str, str]] = (), body: object = None) -> Answer:
        assert not query
        self.taken.append((method, path, body))
        return self.answer


@pytest.fixture
def intake(monkeypatch: pytest.MonkeyPatch) -> Intake:
    """Return an intake beyond this machine, reached with the API key alone; no CI says where we are."""
    made = Intake(Answer(200, {"data": {"id": "4f5e", "type": "dora_deployment"}}, {}))
    monkeypatch.setattr(session, "ClientTransport", lambda *_, **__: made)
    for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA", "DD_APP_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DD_SITE", "datadoghq.eu")
    monkeypatch.setenv("DD_API_KEY", "a")
    return made


def deployed(*words: str) -> int:
    return run(["datadog", "deployed", *words])


def test_the_event_of_a_job_of_github(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nanoseconds to the digit, the commit and repository of the run, and nothing that nobody said."""
    for name, value in {"SERVER_URL": "https://github.com", "REPOSITORY": "acme/shop", "SHA": SHA}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    words = ["--service", "orders", "--env", "prod", "--version", "7", "--tag", "team:checkout", "--json"]
    assert deployed(*words, "--started-at", "1777863600", "--finished-at", "2026-05-04T05:02:01.5+02:00") == 0
    ((method, path, body),) = intake.taken
    assert (method, path) == ("POST", "/api/v2/dora/deployment")
    assert body["data"]["attributes"] == {
        "service": "orders",
        "started_at": 1_777_863_600_000_000_000,
        "finished_at": 1_777_863_721_500_000_000,
        "env": "prod",
        "git": {"commit_sha": SHA, "repository_url": "https://github.com/acme/shop"},
        "version": "7",
        "custom_tags": ["team:checkout"],
    }
    assert json.loads(capsys.readouterr().out)["data"]["deployment"]["id"] == "4f5e"


def test_it_is_over_now_unless_said(intake: Intake) -> None:
    """Without times it began and ended now."""
    before = int(dt.datetime.now(dt.UTC).timestamp())
    assert deployed("--service", "orders") == 0
    said = intake.taken[0][2]["data"]["attributes"]
    assert said["started_at"] == said["finished_at"]
    assert 0 <= said["finished_at"] // 10**9 - before < 60
    assert "git" not in said


def test_a_refusal_is_no_and_an_api_out_of_order_no_answer(intake: Intake, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1 with the vendor's words; exit 2 for 5xx and keys that are wrong, and it was sent once each time."""
    intake.answer = Answer(400, {"errors": [{"detail": "no such service"}]}, {})
    assert deployed("--service", "orders") == 1
    assert "no such service" in capsys.readouterr().err
    for status in (403, 500):
        intake.answer = Answer(status, None, {})
        assert deployed("--service", "orders") == 2
    assert len(intake.taken) == 3


@pytest.mark.parametrize(
    "words",
    [
        ["--started-at", "yesterday"],
        ["--started-at", "2026-05-04T03:02:01"],
        ["--started-at", "2026-05-04T03:02:01Z", "--finished-at", "2026-05-04T03:02:00Z"],
        ["--commit", SHA],
        ["--commit", "0123456", "--repository-url", "https://github.com/a/b"],
        ["--id", "short"],
        ["--tag", "team"],
        ["--service", ""],
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_not_sent(intake: Intake, words: list[str]) -> None:
    """A time that is none, an end before the beginning, half a commit, an id or a tag of another form."""
    assert deployed("--service", "orders", *words) == 2
    assert intake.taken == []


def test_no_password_of_a_repository_is_sent_and_no_key_that_is_not_needed() -> None:
    """A CI may have put a token into the address; without an application key there is none to send."""
    assert without_secret("https://bot:t0ken@github.com/a/b") == "https://github.com/a/b"
    assert without_secret("git@github.com:a/b.git") == "git@github.com:a/b.git"
    target = resolve({"DD_SITE": "datadoghq.eu", "DD_API_KEY": "a", "DD_APP_KEY": "b"}, both_keys=False)
    assert (target.api_key, target.app_key) == ("a", "")


def test_times_are_exact() -> None:
    """Microseconds survive; seconds since 1970 and ISO 8601 are the same moment."""
    assert moment("2026-05-04T03:02:01.5Z") == moment("1777863721.5") == AT
    body = Deployment("a", AT, AT + dt.timedelta(microseconds=1)).body()["data"]["attributes"]
    assert body["finished_at"] - body["started_at"] == 1000
