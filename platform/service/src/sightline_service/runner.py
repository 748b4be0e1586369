"""Runs a service under gunicorn: one worker with threads, telemetry made in the worker."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from sightline_core.errors import SightlineError
from sightline_service.settings import from_env

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from sightline_service.settings import ServiceSettings


class _Application(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, options: dict[str, Any], factory: Callable[[], Flask]) -> None:
        self._options = options
        self._factory = factory
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._factory()


def prepare(name: str) -> None:
    """Set what must be known before anything imports the telemetry of service `name`.

    Raises:
        SightlineError: the telemetry's settings are wrong.
    """
    # structlog imports rich wherever it finds it, 6 MB and 0.16 s, to draw what a service never draws.
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # documented: None makes the import fail
    from sightline_telemetry.settings import from_env as telemetry_from_env

    telemetry = telemetry_from_env(name)
    if telemetry.mode == "ddtrace":
        # ddtrace reads its settings while it is imported: found bare, it would send every trace to port 8126.
        from sightline_telemetry.providers.ddtrace import environment

        for key, value in environment(telemetry).items():
            os.environ.setdefault(key, value)


def _app(name: str, package: str, settings: ServiceSettings) -> Flask:
    # Imported in the worker, not before the fork: reference counts soon make both copies of a shared page private,
    # and then the master weighs what the worker weighs: measured, 8 MB more a service, 24 MB more under ddtrace.
    factory: Callable[[ServiceSettings], Flask] = import_module(f"{package or f'sightline_{name}'}.app").create
    return factory(settings)


def run(name: str, package: str = "") -> None:
    """Serve until SIGTERM; requests in progress are finished first. Exits the process.

    Args:
        name: the service's.
        package: whose `app.create` makes the app; `sightline_<name>` by default. It is named and not given, because
            its imports must come after what `prepare` does.
    """
    try:
        settings = from_env(name)
        prepare(name)
    except SightlineError as error:
        sys.exit(error.frame())
    settings.data.mkdir(parents=True, exist_ok=True)
    _Application(
        {
            "bind": f"{settings.host}:{settings.port}",
            "workers": 1,
            "worker_class": "sightline_service.worker.Worker",
            "threads": settings.threads,
            "proc_name": name,
            "timeout": 60,
            "graceful_timeout": 5,
            "keepalive": 75,
            "logger_class": "sightline_telemetry.gunicorn_log.JsonLogger",
            "errorlog": "-",
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108, PTH112 - gunicorn's own advice: its heartbeat file must not wait for a disk
            "control_socket_disable": True,
        },
        lambda: _app(name, package, settings),
    ).run()
