"""The one command, `sightline`: its members register in the entry-point group `sightline.commands`."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
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
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Run the command line and return its exit code.

    A `SightlineError` prints its frame, and the envelope where `--json` asks for one. Anything else unexpected prints
    two lines and saves the traceback; `SIGHTLINE_DEBUG=1` prints it whole.
    """
    console = Console.detect()
    try:
        outcome = sightline.main(args=list(argv), prog_name="sightline", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        console.out(error.format_message())
    except click.ClickException as error:
        error.show()
    except (click.Abort, KeyboardInterrupt):
        console.error("interrupted")
        return ExitCode.INTERRUPTED
    except SightlineError as error:
        if "--json" in argv:
            console.out(dumps(envelope(None, [error.diagnostic()])), end="")
        click.echo(error.frame(), err=True)
    except Exception as error:  # noqa: BLE001 - the last net: a crash becomes two lines and a saved traceback
        _print_crash(console, error)
    else:
        return int(outcome) if isinstance(outcome, int) else ExitCode.OK
    return ExitCode.UNANSWERED


def _print_crash(console: Console, error: Exception) -> None:
    trace = "".join(traceback.format_exception(error))
    if os.environ.get("SIGHTLINE_DEBUG"):
        console.error(trace)
        return
    descriptor, name = tempfile.mkstemp(prefix="sightline-crash-", suffix=".txt")
    os.close(descriptor)
    Path(name).write_text(trace)
    console.error(f"this is a bug in sightline: {type(error).__name__}: {error}")
    console.note(f"the traceback is in {name}; SIGHTLINE_DEBUG=1 prints it here")
