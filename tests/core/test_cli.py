"""The one command: lazy members, framed errors, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import EntryPoint, distribution
from typing import TYPE_CHECKING

import click
import pytest

from sightline_core import cli
from sightline_core.commands import GROUP, KNOWN, LazyGroup
from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _exit_with(code: int) -> Callable[[], int]:
    return lambda: code


def _raise(error: BaseException) -> Callable[[], int]:
    def fail() -> int:
        raise error

    return fail


class _Point:
    """An entry point that loads a command made here."""

    def __init__(self, name: str, target: object) -> None:
        self.name = name
        self.value = f"made:{name}"
        self.dist = None
        self._target = target

    def load(self) -> object:
        return self._target


@pytest.fixture(name="register")
def _register(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], int]], None]:
    def register(body: Callable[[], int], name: str = "try") -> None:
        point = _Point(
            name,
            click.Command(
                name, callback=body, context_settings={"ignore_unknown_options": True, "allow_extra_args": True}
            ),
        )
        monkeypatch.setattr(LazyGroup, "find", staticmethod(lambda: {name: point}))

    return register


@pytest.fixture
def members(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every known command, as if its member were installed: core is tested without any of them."""
    points = {name: _Point(name, click.Command(name)) for name in KNOWN}
    monkeypatch.setattr(LazyGroup, "find", staticmethod(lambda: points))


class TestExitCodes:
    @pytest.mark.parametrize("code", [0, 1, 3])
    def test_of_a_command_are_its_return_value(self, register: Callable[..., None], code: int) -> None:
        """A command answers by returning an exit code."""
        register(_exit_with(code))
        assert cli.run(["try"]) == code

    def test_of_no_return_value_is_yes(self, register: Callable[..., None]) -> None:
        """A command that returns nothing did what it was asked."""
        register(lambda: None)
        assert cli.run(["try"]) == 0

    def test_of_an_environment_error_is_2_with_a_frame(
        self, register: Callable[..., None], capsys: pytest.CaptureFixture[str]
    ) -> None:
        """What, where, why and how to mend it; stdout stays empty."""
        error = SightlineError("cannot connect", where="127.0.0.1:1", why="refused", help="start it")
        register(_raise(error))
        assert cli.run(["try"]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err == "error: cannot connect\n  --> 127.0.0.1:1\n  = why: refused\n  = help: start it\n"

    def test_of_an_environment_error_is_an_envelope_under_json(
        self, register: Callable[..., None], capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A machine gets the same shape on failure: no data, and what stood in the way."""
        register(_raise(SightlineError("cannot connect", where="127.0.0.1:1", why="refused", help="start it")))
        assert cli.run(["try", "--json"]) == 2
        envelope = json.loads(capsys.readouterr().out)
        assert envelope["data"] is None
        ((finding,)) = envelope["diagnostics"]
        assert (finding["code"], finding["label"], finding["note"]) == ("CORE005", "127.0.0.1:1", "refused")

    def test_of_bad_usage_is_an_envelope_under_json(
        self, register: Callable[..., None], capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A machine that mistyped an option reads why, as after any other failure."""
        register(_raise(click.BadParameter("it is no number")))
        assert cli.run(["try", "--json"]) == 2
        envelope = json.loads(capsys.readouterr().out)
        assert envelope["data"] is None
        assert "it is no number" in envelope["diagnostics"][0]["message"]

    def test_of_a_crash_is_an_envelope_under_json(
        self,
        register: Callable[..., None],
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        """Not even a bug of ours leaves a machine without JSON."""
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        register(_raise(ZeroDivisionError("no")))
        assert cli.run(["try", "--json"]) == 2
        (finding,) = json.loads(capsys.readouterr().out)["diagnostics"]
        assert "ZeroDivisionError: no" in finding["message"]
        assert str(tmp_path) in finding["note"]

    def test_of_a_crash_without_a_place_to_save_it_shows_the_traceback(
        self,
        register: Callable[..., None],
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        """A full disk, which may be why it crashed, does not make a second crash of it."""
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
        register(_raise(ZeroDivisionError("no")))
        assert cli.run(["try"]) == 2
        err = capsys.readouterr().err
        assert "bug in sightline: ZeroDivisionError: no" in err
        assert "Traceback" in err

    @pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
    def test_of_an_interruption_is_130(self, register: Callable[..., None], error: BaseException) -> None:
        """Ctrl-C is no failure of the command."""
        register(_raise(error))
        assert cli.run(["try"]) == 130

    def test_of_a_crash_is_2_with_a_saved_traceback(
        self,
        register: Callable[..., None],
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        """A bug prints two lines and keeps the traceback for the report."""
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        register(_raise(ZeroDivisionError("no")))
        assert cli.run(["try"]) == 2
        err = capsys.readouterr().err
        (saved,) = tmp_path.iterdir()
        assert "bug in sightline: ZeroDivisionError: no" in err
        assert str(saved) in err
        assert "Traceback" not in err
        assert "Traceback" in saved.read_text()

    def test_of_a_crash_under_debug_shows_the_traceback(
        self, register: Callable[..., None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """SIGHTLINE_DEBUG=1 is for us."""
        monkeypatch.setenv("SIGHTLINE_DEBUG", "1")
        register(_raise(ZeroDivisionError("no")))
        assert cli.run(["try"]) == 2
        assert "Traceback" in capsys.readouterr().err

    @pytest.mark.usefixtures("members")
    def test_of_bad_usage_is_2_and_names_the_nearest(self, capsys: pytest.CaptureFixture[str]) -> None:
        """An unknown command suggests the known one."""
        assert cli.run(["dashboard"]) == 2
        assert "Did you mean 'dashboards'?" in capsys.readouterr().err

    def test_of_an_unknown_word_is_2(self, capsys: pytest.CaptureFixture[str]) -> None:
        """A word like no command is refused without a guess."""
        assert cli.run(["zzzzzz"]) == 2
        assert "No such command 'zzzzzz'" in capsys.readouterr().err

    @pytest.mark.usefixtures("members")
    def test_of_no_command_is_2_with_help(self, capsys: pytest.CaptureFixture[str]) -> None:
        """`sightline` alone shows what there is."""
        assert cli.run([]) == 2
        assert "Commands:" in capsys.readouterr().out

    def test_main_exits(self, register: Callable[..., None]) -> None:
        """The console script ends the process with the code."""
        register(_exit_with(3))
        with pytest.raises(SystemExit) as caught:
            cli.main(["try"])
        assert caught.value.code == 3

    def test_a_closed_pipe_is_quiet(self) -> None:
        """`sightline … | head` ends without a traceback (click gives the 1)."""
        read, write = os.pipe()
        os.close(read)
        script = (
            "import click, sys; from sightline_core import cli\n"
            "from sightline_core.commands import LazyGroup\n"
            "class P:\n name = 'try'\n dist = None\n def load(self): return click.Command('try', callback=go)\n"
            "def go():\n print('x' * 100000); sys.stdout.flush()\n"
            "LazyGroup.find = staticmethod(lambda: {'try': P()})\n"
            "cli.main(['try'])\n"
        )
        done = subprocess.run([sys.executable, "-c", script], stdout=write, stderr=subprocess.PIPE, check=False)
        os.close(write)
        assert (done.returncode, done.stderr) == (1, b"")

    def test_closed_streams_are_no_crash(self, register: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
        """`sightline … >&- 2>&-`: Python has None for such streams, and the command still answers by its code."""
        monkeypatch.setattr(sys, "stdout", None)
        monkeypatch.setattr(sys, "stderr", None)
        register(_raise(SightlineError("cannot connect")))
        with pytest.raises(SystemExit) as caught:
            cli.main(["try", "--json"])
        for stream in (sys.stdout, sys.stderr):
            stream.close()
        assert caught.value.code == 2


class TestMembers:
    def test_missing_one_names_its_distribution(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A capability that was not installed says what to add."""
        monkeypatch.setattr(LazyGroup, "find", staticmethod(dict))
        assert cli.run(["slo"]) == 2
        assert "add the distribution sightline-slo" in capsys.readouterr().err
        assert cli.run(["--help"]) == 0
        assert "Commands:" not in capsys.readouterr().out

    def test_a_stranger_shows_where_it_comes_from(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A third party may add commands; the help says whose they are."""
        ours = distribution("sightline-core")
        stranger = EntryPoint("theirs", "x:y", GROUP)._for(ours)  # type: ignore[attr-defined]
        points = {"theirs": stranger, "bare": EntryPoint("bare", "x:y", "g")}
        monkeypatch.setattr(LazyGroup, "find", staticmethod(lambda: points))
        assert cli.run(["--help"]) == 0
        assert "from sightline-" in capsys.readouterr().out

    def test_what_is_no_command_is_our_bug(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """An entry point that names something else fails loudly."""
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        monkeypatch.setattr(LazyGroup, "find", staticmethod(lambda: {"odd": _Point("odd", 5)}))
        assert cli.run(["odd"]) == 2
        assert "is registered as a command and is none" in next(tmp_path.iterdir()).read_text()
