"""Assembles the backend, listens, and takes it apart again."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_core.errors import SightlineError
from sightline_core.loopback import is_loopback
from sightline_local.apps import agent_app, api_app, otlp_app
from sightline_local.backend import Backend
from sightline_local.config.database import Database
from sightline_local.config.objects import Objects
from sightline_local.config.standings import Standings
from sightline_local.evaluator.loop import Evaluator, Runs
from sightline_local.evaluator.webhook import Webhook
from sightline_local.guard import Rules
from sightline_local.intake import Intake
from sightline_local.listening import http_server, listen
from sightline_local.store import Store

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Settings:
    """How to run. A port 0 takes a free one."""

    data: Path
    host: str = LOOPBACK
    api_port: int = 4280
    agent_port: int = 8126
    otlp_port: int = 4318
    dogstatsd_port: int = 8125
    dogstatsd_socket: Path | None = None
    tails: tuple[str, ...] = ()
    evaluate_every_s: float = 10.0
    webhook: str = ""
    api_key: str = ""
    open_intake: bool = False
    allow_hosts: tuple[str, ...] = ()

    @property
    def intake_host(self) -> str:
        """Where the protocols without keys listen: beyond this machine only when that was said."""
        return self.host if self.open_intake else LOOPBACK


def check(settings: Settings) -> None:
    """Refuse to be open to other machines without a key.

    Raises:
        SightlineError: the host is not this machine's own and there is no key.
    """
    if not is_loopback(settings.host) and not settings.api_key:
        raise SightlineError(
            "refused to listen beyond this machine without a key",
            where=f"--host {settings.host}",
            why="console and API would be open to the network",
            help="set --api-key, or listen on 127.0.0.1",
        )


async def serve(settings: Settings, ready: Callable[[dict[str, Any], Backend], None], stop: asyncio.Event) -> None:
    """Run until `stop` is set; `ready` is told the addresses (and given the parts) once every port answers.

    Raises:
        SightlineError: a port is taken, or the data belongs to another process.
    """
    check(settings)
    with contextlib.ExitStack() as cleanup:
        listening = _listen(settings, cleanup)
        backend = _assemble(settings, cleanup)
        beyond = not is_loopback(settings.host)
        # Behind a port that is published the caller's name for us is unknown; the key is the guard then.
        hosts = frozenset({*settings.allow_hosts, *(("*",) if beyond else ())})
        rules = Rules(hosts, settings.api_key or None)
        open_rules = Rules(hosts if settings.open_intake else frozenset(settings.allow_hosts))
        cleanup.callback(backend.intake.stop)
        port = await backend.intake.start_dogstatsd(
            settings.intake_host, settings.dogstatsd_port, settings.dogstatsd_socket
        )
        backend.intake.start_tail(settings.tails)
        apps = {
            "api": api_app(backend, rules),
            "agent": agent_app(backend, open_rules),
            "otlp": otlp_app(backend, open_rules),
        }
        servers = [http_server(app) for app in apps.values()]
        tasks = [
            asyncio.create_task(server.serve(sockets=[listening[name]]))
            for name, server in zip(apps, servers, strict=True)
        ]
        while not all(server.started for server in servers) and not any(task.done() for task in tasks):  # noqa: ASYNC110 - uvicorn says so by an attribute only
            await asyncio.sleep(0.01)
        if all(server.started for server in servers):
            ready(_addresses(settings, listening, port), backend)
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)


def _assemble(settings: Settings, cleanup: contextlib.ExitStack) -> Backend:
    store = Store.open(settings.data)
    cleanup.callback(store.close)
    database = Database(settings.data / "config.sqlite")
    cleanup.callback(database.close)
    objects = Objects(database, lambda: int(time.time() * 1000))
    standings = Standings(database)
    runs = Runs(settings.evaluate_every_s)
    notify: Callable[[Any], None] = lambda _notification: None  # noqa: E731 - the absence of a webhook
    if settings.webhook:
        try:
            webhook = Webhook(settings.webhook, standings)
        except ValueError as error:
            raise SightlineError("no webhook can be sent there", where="--webhook", why=str(error)) from error
        cleanup.callback(webhook.stop)
        notify = webhook
    evaluator = Evaluator(objects, standings, store.source, notify, time.time, runs, store.checks, store.events)
    evaluator.start()
    cleanup.callback(evaluator.stop)
    return Backend(store, Intake(store), objects, standings, runs)


def _listen(settings: Settings, cleanup: contextlib.ExitStack) -> dict[str, socket.socket]:
    wanted = {
        "api": (settings.host, settings.api_port, "--api-port"),
        "agent": (settings.intake_host, settings.agent_port, "--agent-port"),
        "otlp": (settings.intake_host, settings.otlp_port, "--otlp-port"),
    }
    return {name: cleanup.enter_context(listen(*where)) for name, where in wanted.items()}


def _addresses(settings: Settings, listening: dict[str, socket.socket], dogstatsd_port: int) -> dict[str, Any]:
    def url(name: str) -> str:
        host, port = listening[name].getsockname()[:2]
        shown = LOOPBACK if host in {"0.0.0.0", "::"} else host
        return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"

    return {
        "console": url("api") + "/",
        "api": url("api"),
        "agent": url("agent"),
        "otlp": url("otlp"),
        "dogstatsd": f"{settings.intake_host}:{dogstatsd_port}",
        "dogstatsd_socket": str(settings.dogstatsd_socket) if settings.dogstatsd_socket else None,
        "data": str(settings.data),
        "evaluate_every_s": settings.evaluate_every_s,
    }


def run(settings: Settings, ready: Callable[[dict[str, Any]], None]) -> None:
    """Run `serve` on the fastest loop there is, until SIGTERM or SIGINT."""

    async def until_signalled() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await serve(settings, lambda addresses, _: ready(addresses), stop)

    if sys.platform == "win32":
        asyncio.run(until_signalled())
        return
    import uvloop

    uvloop.run(until_signalled())
