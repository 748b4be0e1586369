"""The run's folder: one run, one folder, and a plain word where there can be none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sightline_core import cli
from sightline_core.errors import SightlineError
from sightline_demo import stack, story
from sightline_demo.folder import claim
from sightline_demo.interrupt import Interrupt

if TYPE_CHECKING:
    from sightline_demo.scene import Scene


def test_two_runs_of_one_second_have_folders_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their names are made of the time; the second one counts on."""
    monkeypatch.chdir(tmp_path)
    assert [claim(None, "now").relative_to(tmp_path).as_posix() for _ in range(3)] == [
        ".run/now",
        ".run/now-2",
        ".run/now-3",
    ]


def test_a_folder_that_is_there_and_empty_is_taken(tmp_path: Path) -> None:
    """Whoever made it for the run need not remove it first; spaces and umlauts are letters like others."""
    folder = tmp_path / "mein läuf"
    folder.mkdir()
    assert claim(folder, "now") == folder


def test_the_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    """Its orders would be counted for this one."""
    claim(tmp_path / "run", "now")
    with pytest.raises(SightlineError, match="belongs to another run"):
        claim(tmp_path / "run", "now")


@pytest.mark.parametrize("name", ["file", "file/below", "/proc/nowhere/run"])
def test_where_none_can_be_made_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """No bug of ours and no traceback: a frame, the envelope under `--json`, and exit code 2."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("in the way")
    assert cli.run(["demo", "--dir", name, "--json"]) == 2
    out, err = capsys.readouterr()
    assert "error: the run's folder cannot be made" in err
    assert json.loads(out)["diagnostics"][0]["message"] == "the run's folder cannot be made"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SightlineError("redis ended by itself"), "redis ended by itself"),
        (OSError(28, "No space left on device"), "is the disk full"),
    ],
)
def test_a_run_that_fails_says_why_and_leaves_no_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, told: str
) -> None:
    """A killed Redis does not remove its socket: we do; a full disk is no bug of ours."""
    sockets: list[Path] = []

    def fail(scene: Scene) -> None:
        sockets.append(Path(stack.redis_socket(scene.supervisor.run_id)))
        sockets[0].touch()
        raise error

    monkeypatch.setattr(Interrupt, "install", lambda _: None)
    monkeypatch.setattr(story, "tell", fail)
    assert cli.run(["demo", "--free-ports", "--dir", str(tmp_path / "run")]) == 2
    assert not sockets[0].exists()
    assert told in capsys.readouterr().err
