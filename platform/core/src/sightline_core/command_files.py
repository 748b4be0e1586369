"""A group of commands whose members are the files of a package: one file each, imported when it is called.

The file `<name>.py` holds the click object `command`; the first line of its docstring is its line in the help, which is
read from the file's text, because importing every command to list them takes longer than most of them run.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import click

from sightline_core.suggest import did_you_mean


class FileCommands(click.Group):
    """The group; a subclass says in which package its files are. Files that begin with `_` are no commands."""

    package: ClassVar[str]
    renamed: ClassVar[dict[str, str]] = {}
    """Files whose commands are called otherwise: `import` is a word of Python."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List them by the files' names."""
        del ctx
        return sorted(self.files())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one that is called."""
        del ctx
        file = self.files().get(cmd_name)
        if file is None:
            return None
        command = import_module(f"{self.package}.{file.stem}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"`command` in {file.name} is no click command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command; an unknown one is a usage error that names the nearest."""
        near = did_you_mean(args[0], self.list_commands(ctx))
        if near and args[0] not in self.files():
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, each with the first line of its file."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, _line(file)) for name, file in sorted(self.files().items())])

    @classmethod
    def files(cls) -> dict[str, Path]:
        """Return each command's file."""
        found = find_spec(cls.package)
        folders = list(found.submodule_search_locations or ()) if found else []
        return {
            cls.renamed.get(file.stem, file.stem.replace("_", "-")): file
            for folder in folders
            for file in Path(folder).glob("*.py")
            if not file.stem.startswith("_")
        }


def _line(file: Path) -> str:
    # Needed for the help alone, and slow to import.
    import ast

    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]
