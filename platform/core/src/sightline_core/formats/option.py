"""The option `--format`, which costs no import of any form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

AUTOMATIC = "auto"
NAMES = ("github", "json", "junit", "sarif", "text")
"""The forms, which a test holds to the modules beside this one."""


def format_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--format`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice([AUTOMATIC, *NAMES]),
        default=AUTOMATIC,
        help="How to say it; auto is github under GITHUB_ACTIONS, else text. sarif exits 0 whatever it holds.",
    )(command)
