"""One comment, one issue: found by marker and author over all pages, replaced, and never doubled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run
from sightline_core.errors import SightlineError
from sightline_datadog.forge.github import resolve

from .github_server import REPOSITORY, GitHubServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARKER = "<!-- sightline datadog plan: shop -->"


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[GitHubServer]:
    """Return a GitHub, and make this process a job of it."""
    with GitHubServer() as made:
        for name, value in made.environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        (tmp_path / "plan.md").write_text(f"{MARKER}\n\none\n")
        yield made


def said(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.md").write_text(f"{MARKER}\n\n{text}\n")


def comment(*words: str) -> int:
    return run(["datadog", "comment", "plan.md", "--pull-request", "3", *words])


def issue(*words: str) -> int:
    return run(["datadog", "issue", "plan.md", *words])


def test_a_comment_is_posted_then_replaced(
    github: GitHubServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second run changes the first one's comment, a run with the same text writes nothing."""
    assert comment() == 0
    said(tmp_path, "two")
    assert comment("--json") == 0
    assert json.loads(capsys.readouterr().out)["data"]["done"] == "updated"
    assert comment() == 0
    assert [each["body"] for each in github.comments.values()] == [f"{MARKER}\n\ntwo\n"]
    assert github.writes == ["POST", "PATCH"]


def test_ours_is_found_on_the_last_page_and_strangers_are_left_alone(github: GitHubServer) -> None:
    """Among 250 comments, by a link that is not followed; one of another author, marker or pull request is not ours."""
    for number in range(247):
        github.add_comment(3, f"comment {number}", "somebody")
    theirs = github.add_comment(3, f"{MARKER}\nmine!", "somebody")
    others = github.add_comment(3, "<!-- sightline datadog plan: bank -->\n")
    elsewhere = github.add_comment(4, f"{MARKER}\n")
    ours = github.add_comment(3, f"{MARKER}\r\nold")
    twice = github.add_comment(3, f"{MARKER}\nolder race")
    before = {each: github.comments[each]["body"] for each in (theirs, others, elsewhere)}
    assert comment() == 0
    assert github.writes == ["DELETE", "PATCH"]
    assert github.comments[ours]["body"] == f"{MARKER}\n\none\n"
    assert twice not in github.comments
    assert {each: github.comments[each]["body"] for each in before} == before
    assert not [path for _, path in github.log if "elsewhere" in path]


def test_one_issue_while_drift_lasts(github: GitHubServer, tmp_path: Path) -> None:
    """Opened once, replaced, closed, and a new one for the next drift; pull requests and others' issues stay."""
    github.add_issue("theirs", f"{MARKER}\n", "somebody")
    github.add_issue("a pull request", f"{MARKER}\n", pull_request={})
    assert issue("--close") == 0
    assert github.writes == []
    assert issue("--title", "Drift") == 0
    said(tmp_path, "more")
    assert issue() == 0
    assert issue() == 0
    assert (github.issues[3]["title"], github.issues[3]["body"]) == ("Drift", f"{MARKER}\n\nmore\n")
    assert issue("--close") == 0
    assert github.issues[3]["state"] == "closed"
    assert issue() == 0
    assert github.writes == ["POST", "PATCH", "PATCH", "POST"]
    assert [each["state"] for each in github.issues.values()] == ["open", "open", "closed", "open"]


def test_what_cannot_be_said_is_no_answer(
    github: GitHubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2 with GitHub's words and a way out; nothing is written, and the token is never shown."""
    github.broken = [(403, {})]
    assert comment() == 2
    assert "permissions" in capsys.readouterr().err
    github.broken = [(307, {"Location": f"{github.address}/repos/elsewhere"})]
    assert comment() == 2
    assert len(github.log) == 2, "a redirect would take the token along"
    (tmp_path / "plan.md").write_text("no marker\n")
    assert comment() == 2
    assert "--format markdown" in capsys.readouterr().err
    monkeypatch.setenv("GITHUB_TOKEN", "wr0ng")
    said(tmp_path, "x")
    assert issue() == 2
    told = capsys.readouterr().err
    assert "Bad credentials" in told
    assert "wr0ng" not in told
    assert github.writes == []


def test_what_failed_on_the_way_is_tried_again_but_never_a_create(github: GitHubServer) -> None:
    """A list and a change are; a create that broke may have been done, and the next run finds it."""
    ours = github.add_comment(3, f"{MARKER}\nold")
    github.broken = [(502, {})]
    assert comment() == 0
    assert github.comments[ours]["body"].endswith("one\n")
    del github.comments[ours]

    answer = github.answer
    done: list[str] = []

    def breaks(method: str, *rest: object) -> tuple[int, object, dict[str, str]]:
        found = answer(method, *rest)  # type: ignore[arg-type]
        if method == "POST" and not done:
            done.append(method)
            return 502, {"message": "Bad Gateway"}, {}
        return found

    github.answer = breaks  # type: ignore[method-assign, assignment]
    assert comment() == 2
    assert comment() == 0
    assert len(github.comments) == 1
    assert github.writes.count("POST") == 1


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"GITHUB_TOKEN": "t"}, "which repository"),
        ({"GITHUB_TOKEN": "t", "GITHUB_REPOSITORY": "a/b/../c"}, "which repository"),
        ({"GITHUB_REPOSITORY": REPOSITORY}, "without a token"),
        ({"GITHUB_REPOSITORY": REPOSITORY, "GH_TOKEN": "t", "GITHUB_API_URL": "http://ghe.example"}, "encryption"),
    ],
)
def test_a_job_that_does_not_know_where_it_is_says_so(environ: dict[str, str], said: str) -> None:
    """No repository, no token, or an address that would send it in the clear: refused before anything is sent."""
    with pytest.raises(SightlineError, match=said):
        resolve(environ)


def test_the_token_stays_out_of_what_is_printed() -> None:
    """The repr of a place holds none, and the vendor's address is the default."""
    place = resolve({"GITHUB_REPOSITORY": REPOSITORY, "GH_TOKEN": "s3cret"})
    assert "s3cret" not in repr(place)
    assert place.api == "https://api.github.com"
