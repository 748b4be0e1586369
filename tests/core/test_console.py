"""stdout is the product, stderr narrates, colour is decided once."""

import io
import os
import sys

import pytest

from sightline_core.console import Console
from sightline_core.diagnostics import Diagnostic, Severity, Span


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _console(**options: bool) -> tuple[Console, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    return Console(out, err, **options), out, err


class TestStreams:
    def test_are_kept_apart(self) -> None:
        """Only the product reaches stdout, so piping always works."""
        console, out, err = _console()
        console.out("product")
        console.note("note")
        console.step("step")
        console.warn("warn")
        console.error("error")
        assert out.getvalue() == "product\n"
        assert err.getvalue() == "note\n==> step\nwarning: warn\nerror: error\n"

    def test_a_closed_terminal_ends_no_command(self) -> None:
        """Its narration goes nowhere; what it tells of (ending a run's processes, say) goes on."""

        class Gone(io.StringIO):
            def flush(self) -> None:
                raise OSError(5, "Input/output error")

        out = io.StringIO()
        console = Console(out, Gone(), interactive=True)
        console.note("note")
        console.redraw("10 %")
        console.error("error")
        console.out("product")
        assert out.getvalue() == "product\n"

    def test_quiet_keeps_warnings_and_errors(self) -> None:
        """`--quiet` drops the narration, never a problem."""
        console, _, err = _console(quiet=True, interactive=True)
        console.note("note")
        console.step("step")
        console.redraw("10 %")
        console.warn("warn")
        assert err.getvalue() == "\r\x1b[2Kwarning: warn\n"

    def test_redraws_only_for_a_person(self) -> None:
        """A log file gets no half lines."""
        watched, _, err = _console(interactive=True)
        watched.redraw("10 %")
        assert err.getvalue() == "\r\x1b[2K10 %"
        unwatched, _, err = _console()
        unwatched.redraw("10 %")
        assert err.getvalue() == ""

    def test_findings_are_frames_and_a_count(self) -> None:
        """Findings go to stderr with their summary; none says nothing."""
        console, out, err = _console()
        console.findings([], {})
        assert err.getvalue() == ""
        console.findings([Diagnostic("X1", Severity.ERROR, "bad", Span("f", 1, 1, 1, 2))], {"f": "x"})
        assert err.getvalue().startswith("error[X1]: bad\n --> f:1:1\n")
        assert err.getvalue().endswith("1 error\n")
        assert out.getvalue() == ""


class TestDetect:
    @pytest.mark.parametrize(
        ("terminal", "environ", "colour"),
        [
            (True, {}, True),
            (False, {}, False),
            (True, {"NO_COLOR": "1"}, False),
            (True, {"TERM": "dumb"}, False),
            (False, {"FORCE_COLOR": "1"}, True),
            (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ],
    )
    def test_colour(
        self, *, monkeypatch: pytest.MonkeyPatch, terminal: bool, environ: dict[str, str], colour: bool
    ) -> None:
        """NO_COLOR wins, FORCE_COLOR comes next, then whether the stream is a terminal."""
        stream = _Terminal if terminal else io.StringIO
        monkeypatch.setattr(sys, "stdout", stream())
        monkeypatch.setattr(sys, "stderr", stream())
        console = Console.detect(environ)
        assert (console.color_out, console.color_err) == (colour, colour)
        assert console.paint("x", "red") == ("\x1b[1;31mx\x1b[0m" if colour else "x")
        assert console.paint("x", "bold", product=True) == ("\x1b[1mx\x1b[0m" if colour else "x")
        assert console.interactive is terminal

    def test_ci_is_nobody_watching(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A CI runner with a pseudo-terminal still gets whole lines."""
        monkeypatch.setattr(sys, "stderr", _Terminal())
        assert not Console.detect({"CI": "true"}).interactive

    @pytest.mark.parametrize(("columns", "width"), [("100", 100), ("3", 80), ("wide", 80)])
    def test_width(self, monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
        """COLUMNS counts when it is a usable number."""
        monkeypatch.setattr(sys, "__stderr__", None)

        def no_terminal(_descriptor: int) -> os.terminal_size:
            raise OSError

        monkeypatch.setattr(os, "get_terminal_size", no_terminal)
        assert Console.detect({"COLUMNS": columns}).width == width

    @pytest.mark.parametrize(("columns", "width"), [(120, 120), (20, 80)])
    def test_width_of_a_terminal(self, monkeypatch: pytest.MonkeyPatch, columns: int, width: int) -> None:
        """The terminal is asked; one too narrow to draw in counts as 80."""
        monkeypatch.setattr(os, "get_terminal_size", lambda _descriptor: os.terminal_size((columns, 24)))
        assert Console.detect({}).width == width

    def test_reads_the_process_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without an argument the environment of the process decides."""
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm")
        assert Console.detect().color_out
