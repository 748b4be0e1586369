"""What the commands that speak to GitHub have in common."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from sightline_core.console import Console
from sightline_core.envelope import dumps, envelope
from sightline_core.errors import SightlineError
from sightline_core.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sightline_datadog.forge.sticky import Done, Forge

_REPOSITORY = click.option("--repository", metavar="OWNER/NAME", help="Where; GITHUB_REPOSITORY unless said.")
_AUTHOR = click.option(
    "--author", default="github-actions[bot]", show_default=True, help="Who the token is: only theirs is replaced."
)


def forge_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--repository` and `--author`."""
    return _REPOSITORY(_AUTHOR(command))


def told(report: Path, repository: str | None, act: Callable[[Forge, str], Done], as_json: bool) -> int:  # noqa: FBT001 - a flag handed on
    """Read the report, act, and say what became of it."""
    from sightline_datadog.forge.github import GitHub, resolve

    console = Console.detect()
    try:
        text = report.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SightlineError("the report cannot be read", where=str(report), why=str(error)) from error
    done = act(GitHub(resolve(os.environ, repository)), text)
    if as_json:
        console.out(dumps(envelope({"done": done.what, "url": done.url})), end="")
    else:
        console.note(f"{done.what} {done.url}".rstrip())
    return ExitCode.OK
