"""What every service's app begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from sightline_service import problems
from sightline_service.body import IdConverter
from sightline_service.problems import Problem
from sightline_telemetry import configure_from_env

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response
    from flask.typing import ResponseReturnValue

    from sightline_service.settings import ServiceSettings
    from sightline_telemetry import Telemetry

MAX_BODY = 64 * 1024


def make_app(
    settings: ServiceSettings,
    import_name: str,
    ready: Mapping[str, Callable[[], bool]],
    render: Callable[[Problem], Response] = Problem.response,
    outages: Mapping[type[Exception], str] | None = None,
) -> tuple[Flask, Telemetry]:
    """Return an instrumented app with health, readiness and problems.

    Args:
        settings: the service's.
        import_name: its package, where Flask finds templates.
        ready: what must answer before the service takes requests, by name.
        render: shows a problem to whoever asked.
        outages: what does not answer by the exception that says so; a service with a database passes its `OUTAGES`.
    """
    telemetry = configure_from_env(settings.name)
    app = Flask(import_name, static_folder=None)
    telemetry.instrument_flask(app)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    app.url_map.converters["id"] = IdConverter
    problems.install(app, render, outages)

    def healthz() -> ResponseReturnValue:
        return {"status": "ok"}

    def readyz() -> ResponseReturnValue:
        checks = {name: check() for name, check in ready.items()}
        if all(checks.values()):
            return {"status": "ready", "checks": checks}
        # Asked ten times a second while the service starts: an answer, and no error's line for each.
        return Problem(503, "not-ready", "Not ready", checks=checks).response()

    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)
    return app, telemetry
