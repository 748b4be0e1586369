"""The options that every command with plan and push has."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_datadog.ownership import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Command = Callable[..., Any]

ALL = 10**9
"""`--allow-deletes all`."""


class Deletions(click.ParamType[int]):
    """A number, or `all`."""

    name = "N|all"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of deletions."""
        if value == "all":
            return ALL
        if not str(value).isdigit():
            self.fail(f"`{value}` is neither a number nor `all`", param, ctx)
        return int(value)


def _project(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Refuse a name that could not be read back out of a mark: each push would take its own objects for strangers."""
    if not re.fullmatch(PROJECT, value):
        raise click.BadParameter(f"`{value}` must be letters, digits and any of _ . -")
    return value


def _all(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    for option in options:
        command = option(command)
    return command


def project_option(command: Command) -> Command:
    """Add `--project`."""
    return click.option(
        "--project",
        required=True,
        envvar="SIGHTLINE_PROJECT",
        callback=_project,
        help="Who owns the objects: what carries this project's mark is created, updated and deleted.",
    )(command)


def json_option(command: Command) -> Command:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")(command)


def yes_option(command: Command) -> Command:
    """Add `--yes`."""
    return click.option("--yes", is_flag=True, help="Do not ask; needed without a terminal, for a target elsewhere.")(
        command
    )


def cache_option(command: Command) -> Command:
    """Add `--no-cache`."""
    return click.option("--no-cache", is_flag=True, help="Read every dashboard, also those that have not changed.")(
        command
    )


AUTOMATIC = "auto"
FORMS = ("github", "json", "junit", "markdown", "text")
"""What `--format` of plan and drift takes; a test holds them to what each product is."""


def chosen(form: str, environ: Mapping[str, str] | None = None) -> str:
    """Return which form is meant: `auto` is github under GITHUB_ACTIONS, else text."""
    if form != AUTOMATIC:
        return form
    return "github" if (os.environ if environ is None else environ).get("GITHUB_ACTIONS") == "true" else "text"


def command_path() -> str:
    """Return what the running command is called, such as `sightline slo plan`."""
    context = click.get_current_context(silent=True)
    return context.command_path if context else "sightline datadog plan"


def report_option(command: Command) -> Command:
    """Add `--format`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice([AUTOMATIC, *FORMS]),
        default=AUTOMATIC,
        help="How to say it; auto is github under GITHUB_ACTIONS, else text. markdown is for a comment or an issue.",
    )(command)


def drift_options(command: Command) -> Command:
    """Add what a push has, and how drift is said."""
    return _all(command, (report_option, push_options))


def push_options(command: Command) -> Command:
    """Add what a plan and a push have in common."""
    return _all(
        command,
        (
            json_option,
            yes_option,
            cache_option,
            click.option(
                "--allow-recreate",
                is_flag=True,
                help="Make anew what the target lists nothing of, though other objects of ours name it.",
            ),
            click.option(
                "--allow-deletes",
                type=Deletions(),
                help="Let so many objects be deleted; without it at most 5, or a fifth of them.",
            ),
            click.option("--allow-empty", is_flag=True, help="Let an empty set delete everything of the project."),
            click.option("--adopt", is_flag=True, help="Take over objects of the same name that carry no mark."),
            click.option(
                "--target",
                "targets",
                multiple=True,
                metavar="KIND.KEY",
                help="Only these (`monitor.pay-*`) and what they name; deletes nothing else. Repeatable.",
            ),
            project_option,
        ),
    )


def plan_options(command: Command) -> Command:
    """Add what a push has and, on top, where the plan goes and what it is made from."""
    return _all(
        command,
        (
            click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Save the plan for `apply`."),
            click.option(
                "--snapshot",
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                help="Plan against what `snapshot` wrote: no network, no keys.",
            ),
            click.option(
                "--allow-changes", is_flag=True, help="Exit 0 where something would change; 1 says what is wrong alone."
            ),
            report_option,
            push_options,
        ),
    )
