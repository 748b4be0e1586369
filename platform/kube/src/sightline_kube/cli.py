"""`sightline kube`: manifests and runbooks in, findings out. Each sub-command is a file of `commands/`."""

from __future__ import annotations

from importlib import import_module

import click

_COMMANDS = {
    "check": "Check manifests by every rule and by a Pod Security Standard.",
    "flows": "Compute which flows the NetworkPolicies allow, and hold them to a declaration.",
    "runbooks": "Check runbooks: their commands, links and sections.",
}
"""One line of help each, so that listing them imports none; a test holds them to the files."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"sightline_kube.commands.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - tells mypy what the file holds
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Check manifests, network flows and runbooks.

    PATHS are files, directories (every .yaml, .yml and .json below, or .md for runbooks), or - for standard input.
    """
