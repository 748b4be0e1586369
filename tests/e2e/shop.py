"""The whole shop as real processes, without the demo's story: for tests that drive it themselves."""

from __future__ import annotations

import json
import os
import secrets
import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_core.console import Console
from sightline_demo import guardian, ports, shopping, stack
from sightline_demo.api import Api
from sightline_demo.environment import guarded
from sightline_demo.interrupt import Interrupt
from sightline_demo.options import Options
from sightline_demo.scene import Scene, command
from sightline_demo.supervisor import Spec, Supervisor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sightline_demo.options import Mode
    from sightline_demo.supervisor import Running

HEALTHY_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Shop:
    """A running shop."""

    scene: Scene

    @property
    def folder(self) -> Path:
        """Where its data and logs are."""
        return self.scene.folder

    def process(self, name: str) -> Running:
        """Return a part of the shop."""
        return next(each for each in self.scene.supervisor.running if each.name == name)

    def fault(self, service: str, name: str, **settings: float) -> None:
        """Switch a fault on."""
        api = Api(self.scene.ports.url(service), {"authorization": f"Bearer {self.scene.admin_token}"})
        api.send("PUT", f"/admin/faults/{name}", settings)

    def kill_and_restart(self, name: str) -> None:
        """End a service's master and workers with SIGKILL, and start it anew."""
        killed = self.process(name)
        guardian.signal_groups({killed.process.pid}, signal.SIGKILL)
        self.scene.supervisor.stop(killed)
        self.scene.supervisor.start(killed.spec)
        self.scene.supervisor.wait_healthy(HEALTHY_WITHIN_S)

    def start_load(self, visits: int, *, users: int = 8, seed: int = 1, run_id: str = "run") -> Running:
        """Let customers make so many visits, as fast as the shop bears; cards are declined now and then."""
        return self.scene.supervisor.start(
            Spec(
                "load",
                command(
                    "load", "run", "--target", self.scene.ports.url("storefront"), "--users", str(users),
                    "--rate", "0", "--visits", str(visits), "--seed", str(seed), "--run-id", run_id,
                    "--ledger", str(shopping.ledger(self.scene)), "--max-fail-ratio", "1", "--max-p95", "60000",
                    "--json",
                ),
                self.scene.env,
                self.folder / "logs" / "load.out",
            )
        )  # fmt: skip

    def wait_for(self, running: Running, timeout: float) -> int:
        """Wait until a process ends by itself; return its exit status."""
        assert self.scene.interrupt.until(lambda: running.process.poll() is not None, timeout=timeout, every=0.2), (
            f"{running.name} still runs after {timeout:.0f} s:\n{running.tail()}"
        )
        return self.scene.supervisor.stop(running)

    def stop_services(self) -> None:
        """End the services politely: they send what they hold."""
        for name in reversed(stack.SERVICES):
            self.scene.supervisor.stop(self.process(name))

    def stop_backend(self) -> None:
        """Let the backend read the last log lines and end it; its store can then be opened."""
        counted = -1
        while (now := self._stored()) != counted:
            counted = now
            time.sleep(2.0)
        self.scene.supervisor.stop(self.process(stack.BACKEND))

    def _stored(self) -> int:
        protocols = self.scene.ask("/counters")["protocols"]
        return sum(int(each["stored"]) for each in protocols.values())


@contextmanager
def shop(folder: Path, telemetry: Mode) -> Iterator[Shop]:
    """Start the backend, the broker and six services on free ports; end all of it, however the block ends."""
    run_id = secrets.token_hex(8)
    interrupt = Interrupt()
    options = Options(
        telemetry=telemetry, fault=False, at_least_s=0, stay=False, free_ports=True, seed=1, rate=0, folder=folder
    )
    with Supervisor(run_id, interrupt) as supervisor:
        scene = Scene(
            options=options,
            console=Console.detect(),
            supervisor=supervisor,
            interrupt=interrupt,
            ports=ports.choose(free=True),
            env=guarded(os.environ, run_id),
            admin_token=secrets.token_urlsafe(24),
            traffic_key=secrets.token_urlsafe(24),
            clock=time.monotonic,
            wall=time.time,
        )
        for spec in stack.specs(scene):
            supervisor.start(spec)
        supervisor.wait_healthy(HEALTHY_WITHIN_S)
        yield Shop(scene)


def log_lines(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Return every line that the services wrote, as their files hold them."""
    for file in sorted((folder / "logs").glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
