"""Where a command speaks: stdout is the product, stderr narrates.

Colour is decided once, here. Text is complete without it: words and the signs `+ ~ -` carry the meaning.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, TextIO

from sightline_core.render import render, summary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_core.diagnostics import Diagnostic

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "1;31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
}


class Console:
    """The two streams of a command, and whether they take colour.

    Args:
        stdout: the stream of the product.
        stderr: the stream of the narration.
        color_out: whether `out` may carry escape codes.
        color_err: whether the narration may carry escape codes.
        interactive: whether a person watches the narration (spinners and redrawn lines are welcome).
        quiet: whether to narrate warnings and errors only.
        width: the columns to wrap at.
    """

    def __init__(
        self,
        stdout: TextIO,
        stderr: TextIO,
        *,
        color_out: bool = False,
        color_err: bool = False,
        interactive: bool = False,
        quiet: bool = False,
        width: int = 80,
    ) -> None:
        self._stdout = stdout
        self._stderr = stderr
        self.color_out = color_out
        self.color_err = color_err
        self.interactive = interactive
        self.quiet = quiet
        self.width = width

    @classmethod
    def detect(cls, environ: Mapping[str, str] | None = None, *, quiet: bool = False) -> Console:
        """Look at the streams and at NO_COLOR, FORCE_COLOR, TERM, COLUMNS and CI."""
        env = os.environ if environ is None else environ
        # GitHub's log viewer shows colours though its streams are no terminals; it sets CI and sets no TERM=dumb,
        # but so do viewers that do not: only FORCE_COLOR is believed.
        forced = bool(env.get("FORCE_COLOR"))
        forbidden = bool(env.get("NO_COLOR")) or env.get("TERM") == "dumb"

        def wants(stream: TextIO) -> bool:
            return not forbidden and (forced or stream.isatty())

        width = env.get("COLUMNS", "")
        return cls(
            sys.stdout,
            sys.stderr,
            color_out=wants(sys.stdout),
            color_err=wants(sys.stderr),
            interactive=sys.stderr.isatty() and "CI" not in env,
            quiet=quiet,
            width=int(width) if width.isdigit() and int(width) >= 40 else _terminal_width(),
        )

    def out(self, text: str, *, end: str = "\n") -> None:
        """Write a piece of the product."""
        self._stdout.write(text + end)
        self._stdout.flush()

    def note(self, text: str) -> None:
        """Narrate; silent under `quiet`."""
        if not self.quiet:
            self._tell(text)

    def step(self, text: str) -> None:
        """Narrate the start of a stage; silent under `quiet`."""
        if not self.quiet:
            self._tell(self.paint("==> ", "blue") + self.paint(text, "bold"))

    def warn(self, text: str) -> None:
        """Narrate a warning."""
        self._tell(self.paint("warning: ", "yellow") + text)

    def error(self, text: str) -> None:
        """Narrate an error."""
        self._tell(self.paint("error: ", "red") + text)

    def redraw(self, text: str) -> None:
        """Replace the last line for a watching person; say nothing where nobody watches."""
        if self.interactive and not self.quiet:
            self._narrate(f"\r\x1b[2K{text}")

    def paint(self, text: str, style: str, *, product: bool = False) -> str:
        """Colour `text` where the stream takes colour; `style` is one of bold, dim, red, green, yellow, blue, cyan."""
        takes = self.color_out if product else self.color_err
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if takes else text

    def findings(self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str]) -> None:
        """Narrate every finding as a code frame, then their count."""
        if diagnostics:
            self._tell(render(diagnostics, sources, color=self.color_err, width=self.width) + summary(diagnostics))

    def _tell(self, text: str) -> None:
        self._narrate(("\r\x1b[2K" if self.interactive else "") + text + "\n")

    def _narrate(self, text: str) -> None:
        # A terminal that was closed hears no narration, and what is narrated (the end of a run, say) still happens.
        with contextlib.suppress(OSError):
            self._stderr.write(text)
            self._stderr.flush()


def _terminal_width() -> int:
    try:
        columns = os.get_terminal_size(sys.__stderr__.fileno() if sys.__stderr__ else 2).columns
    except (OSError, ValueError):
        return 80
    return columns if columns >= 40 else 80
