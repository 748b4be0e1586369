"""The sub-commands of `sightline slo`: one file each, imported when it is called.

The file `<name>.py` holds the click object `command`; the first line of its docstring is its line in the help, which is
read from the file's text, because importing every command to list them takes longer than most of them run.
"""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import click

from sightline_core.suggest import did_you_mean

FOLDER = Path(__file__).parent
RENAMED = {"importing": "import"}
"""Commands whose names are words of Python."""


class Commands(click.Group):
    """A group whose members are the files of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List them by the files' names."""
        del ctx
        return sorted(_files())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one that is called."""
        del ctx
        if cmd_name not in _files():
            return None
        command = import_module(f"{__name__}.{_files()[cmd_name].stem}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"`command` in {_files()[cmd_name].name} is no click command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command; an unknown one is a usage error that names the nearest."""
        near = did_you_mean(args[0], self.list_commands(ctx))
        if near and args[0] not in _files():
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, each with the first line of its file."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, _line(file)) for name, file in sorted(_files().items())])


def _files() -> dict[str, Path]:
    return {
        RENAMED.get(file.stem, file.stem.replace("_", "-")): file
        for file in FOLDER.glob("*.py")
        if not file.stem.startswith("_")
    }


def _line(file: Path) -> str:
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]
