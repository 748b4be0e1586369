"""The options that every command with plan and push has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from sightline_datadog.ownership import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable


def _project(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Refuse a name that could not be read back out of a mark: each push would take its own objects for strangers."""
    if not re.fullmatch(PROJECT, value):
        raise click.BadParameter(f"`{value}` must be letters, digits and any of _ . -")
    return value


def push_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--project`, `--adopt`, `--yes`, `--allow-empty` and `--json`."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text."),
        click.option("--yes", is_flag=True, help="Do not ask; needed without a terminal, for a target elsewhere."),
        click.option("--allow-empty", is_flag=True, help="Let an empty set delete everything of the project."),
        click.option("--adopt", is_flag=True, help="Take over objects of the same name that carry no mark."),
        click.option(
            "--project",
            required=True,
            envvar="SIGHTLINE_PROJECT",
            callback=_project,
            help="Who owns the objects: what carries this project's mark is created, updated and deleted.",
        ),
    ):
        command = option(command)
    return command
