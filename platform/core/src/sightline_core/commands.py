"""Sub-commands that are loaded only when called: importing locust costs two seconds, ddtrace one."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

import click

from sightline_core.errors import SightlineError
from sightline_core.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

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
    "datadog": ("sightline-datadog", "Check queries, and plan and push Datadog objects."),
    "kube": ("sightline-kube", "Check manifests, network flows and runbooks."),
}
"""Each command's distribution and one line of help, so that `--help` loads no member."""


def installed() -> dict[str, EntryPoint]:
    """Return the registered commands by name."""
    return {point.name: point for point in entry_points(group=GROUP)}


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
            raise TypeError(f"{point.value} is registered as a command and is none")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command; an unknown one is a usage error that names the nearest."""
        near = did_you_mean(args[0], self.list_commands(ctx))
        if near and self.get_command(ctx, args[0]) is None:
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
