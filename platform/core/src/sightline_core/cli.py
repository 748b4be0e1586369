"""The one command, `sightline`: its members register in the entry-point group `sightline.commands`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sightline_core.commands import LazyGroup
from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="sightline-core", prog_name="sightline")
def sightline() -> None:
    """Observability and SRE toolkit.

    Exit codes: 0 yes, 1 no, 2 could not answer, 3 nothing matched, 130 interrupted.
    """


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit; never with a bare traceback."""
    # Python has None for a stream that was closed before the start (`>&-`), and every write to it fails.
    sys.stdout, sys.stderr = (stream or Path(os.devnull).open("w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115 - open as long as the process
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Run the command line and return its exit code.

    A `SightlineError` prints its frame; anything else unexpected prints two lines and saves the traceback, or prints it
    whole under `SIGHTLINE_DEBUG=1`. Where `--json` asks for the envelope, every failure is one, too.
    """
    console = Console.detect()
    as_json = "--json" in argv

    def answer(failure: SightlineError) -> None:
        if as_json:
            console.out(dumps(envelope(None, [failure.diagnostic()])), end="")

    try:
        outcome = sightline.main(args=list(argv), prog_name="sightline", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        console.out(error.format_message())
    except click.ClickException as error:
        answer(SightlineError(error.format_message(), why="the command line cannot be read", help="see --help"))
        error.show()
    except (click.Abort, KeyboardInterrupt):
        console.error("interrupted")
        return ExitCode.INTERRUPTED
    except SightlineError as error:
        answer(error)
        click.echo(error.frame(), err=True)
    except Exception as error:  # noqa: BLE001 - the last net: a crash becomes two lines and a saved traceback
        told, saved = _print_crash(console, error)
        answer(SightlineError(told, why=saved))
    else:
        return int(outcome) if isinstance(outcome, int) else ExitCode.OK
    return ExitCode.UNANSWERED


def _print_crash(console: Console, error: Exception) -> tuple[str, str]:
    """Narrate a bug; return what it is and where its traceback went."""
    # For bugs alone: importing them takes a twentieth of a small command's time.
    import tempfile
    import traceback

    told = f"this is a bug in sightline: {type(error).__name__}: {error}"
    trace = "".join(traceback.format_exception(error))
    if os.environ.get("SIGHTLINE_DEBUG"):
        console.error(trace)
        return told, "its traceback is on stderr"
    try:
        descriptor, name = tempfile.mkstemp(prefix="sightline-crash-", suffix=".txt")
        with os.fdopen(descriptor, "w") as file:
            file.write(trace)
    except OSError:
        # A full or read-only disk may be the very reason of the crash.
        console.error(f"{told}\n{trace}")
        return told, "its traceback is on stderr"
    console.error(told)
    console.note(f"the traceback is in {name}; SIGHTLINE_DEBUG=1 prints it here")
    return told, f"its traceback is in {name}"
