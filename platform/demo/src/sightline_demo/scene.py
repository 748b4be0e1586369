"""What the steps of one run share."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_demo.api import Api

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sightline_core.console import Console
    from sightline_demo.interrupt import Interrupt
    from sightline_demo.options import Options
    from sightline_demo.ports import Ports
    from sightline_demo.supervisor import Completed, Running, Supervisor

LOCAL = "/api/local/v1"


@dataclass(slots=True)
class Scene:
    """The stage: processes, addresses, and what earlier steps left for later ones.

    Args:
        options: what was asked.
        console: where to speak.
        supervisor: owns the processes.
        interrupt: ends every wait.
        ports: who listens where.
        env: the guarded environment that every process starts from.
        admin_token: opens the services' fault switches.
        traffic_key: authenticates synthetic traffic.
        clock: seconds, monotonic.
        wall: Unix seconds.
    """

    options: Options
    console: Console
    supervisor: Supervisor
    interrupt: Interrupt
    ports: Ports
    env: Mapping[str, str]
    admin_token: str
    traffic_key: str
    clock: Callable[[], float]
    wall: Callable[[], float]
    load: Running | None = None
    load_started: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def backend(self) -> Api:
        """The local backend."""
        return Api(self.ports.url("api"))

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self.options.folder

    def ask(self, path: str, **query: str | int | None) -> Any:
        """Ask the backend's console API."""
        return self.backend.get(LOCAL + path, **query)

    def link(self, route: str) -> str:
        """Return the console's page for a route such as `/slos/1`."""
        return f"{self.ports.url('api')}/#{route}"

    def sightline(self, *arguments: str, timeout: float, env: Mapping[str, str] | None = None) -> Completed:
        """Run a `sightline` command to its end.

        Raises:
            SightlineError: it takes longer than `timeout` seconds.
        """
        scratch = self.folder / "commands" / "-".join(arguments[:2])
        return self.supervisor.run(command(*arguments), {**self.env, **(env or {})}, scratch=scratch, timeout=timeout)

    def say(self, text: str) -> None:
        """Narrate one line."""
        self.console.note(f"    {text}")


def module(name: str, *arguments: str) -> list[str]:
    """Return the argv of a module that runs as a program, by our own interpreter."""
    return [sys.executable, "-P", "-m", name, *arguments]


def command(*arguments: str) -> list[str]:
    """Return the argv of a `sightline` command, run by our own interpreter wherever its scripts are."""
    return [sys.executable, "-P", "-c", "from sightline_core.cli import main; main()", *arguments]
