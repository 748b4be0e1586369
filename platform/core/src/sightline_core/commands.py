"""Sub-commands that are loaded only when called: importing locust costs two seconds, ddtrace one."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sightline_core.errors import SightlineError
from sightline_core.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.metadata import EntryPoint

GROUP = "sightline.commands"

KNOWN = {
    "demo": (
        "sightline-demo",
        "Run the whole story on this machine: services, load, a fault, the page.",
    ),
    "slo": ("sightline-slo", "Compile SLO specs, and plan and push what they compile to."),
    "local": ("sightline-local", "Run and ask the local Datadog-compatible backend."),
    "journeys": ("sightline-synthetics", "Run browser journeys."),
    "load": ("sightline-synthetics", "Run load tests."),
    "dashboards": ("sightline-dashboards", "Compile dashboards, and plan and push them."),
    "datadog": ("sightline-datadog", "Check queries, and plan, apply and import Datadog objects."),
    "kube": ("sightline-kube", "Check manifests, network flows and runbooks."),
    "vault": ("sightline-vault", "Render, check, configure, save and restore a Vault cluster."),
}
"""Each command's distribution and one line of help, so that `--help` loads no member."""


def installed() -> dict[str, EntryPoint]:
    """Return the registered commands by name."""
    # Importing this and reading what every distribution registers takes 40 ms.
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=GROUP)}


def _direct(name: str) -> Any:
    """Load a known command from what its own distribution registers; None where that is not found at once."""
    distribution = KNOWN.get(name, ("",))[0].replace("-", "_")
    for folder in sys.path if distribution else ():
        for file in Path(folder).glob(f"{distribution}-*.dist-info/entry_points.txt"):
            _, _, own = file.read_text(encoding="utf-8").partition(f"[{GROUP}]\n")
            for line in own.splitlines():
                left, equals, value = line.partition("=")
                if left.strip() == name and equals:
                    module, _, attribute = value.strip().partition(":")
                    return getattr(import_module(module), attribute)
                if line.startswith("["):
                    break
    return None


class LazyGroup(click.Group):
    """A group whose members are entry points, imported when one of them is called."""

    find: Callable[[], dict[str, EntryPoint]] = staticmethod(installed)
    """Where the entry points come from; tests put their own in its place."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List what is installed, without importing it."""
        del ctx
        return sorted(self.find())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command, or say which distribution to add."""
        del ctx
        command = _direct(cmd_name) if self.find is installed else None
        if command is None:
            point = self.find().get(cmd_name)
            if point is None:
                if cmd_name in KNOWN:
                    raise SightlineError(
                        f"the `{cmd_name}` commands are not installed",
                        help=f"add the distribution {KNOWN[cmd_name][0]}",
                    )
                return None
            command = point.load()
        if not isinstance(command, click.Command):
            raise TypeError(f"`{cmd_name}`: {command!r} is registered as a command and is none")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command; an unknown one is a usage error that names the nearest."""
        if self.get_command(ctx, args[0]) is None and (near := did_you_mean(args[0], self.list_commands(ctx))):
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from `KNOWN`; one that is not in it shows its distribution."""
        del ctx
        rows = [(name, _line(point)) for name, point in sorted(self.find().items())]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def _line(point: EntryPoint) -> str:
    if point.name in KNOWN:
        return KNOWN[point.name][1]
    return f"from {point.dist.name}" if point.dist else ""
