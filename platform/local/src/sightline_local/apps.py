"""The three applications of the backend, one a port: API with console, agent, OTLP."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import duckdb
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from sightline_local.api import (
    corrections,
    dashboards,
    dora,
    downtimes,
    downtimes_v2,
    events,
    gates,
    gates_evaluation,
    metrics,
    monitors,
    notification_rules,
    powerpacks,
    queries,
    slo_status,
    slos,
    synthetics,
    validate,
)
from sightline_local.api.answers import Refusal, answer
from sightline_local.api.faults import Faults
from sightline_local.api.limits import Limits
from sightline_local.guard import Guard, Rules
from sightline_local.web import slos as slo_pages
from sightline_local.web import static, telemetry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from sightline_local.backend import Backend


def api_app(backend: Backend, rules: Rules) -> ASGIApp:
    """Return the vendor's REST API, the console's API, the intake that takes a key, and the console."""
    faults = Faults()
    app = _app(
        [
            _health(backend),
            *validate.routes(),
            *corrections.routes(backend),
            *slos.routes(backend),
            *monitors.routes(backend),
            *dashboards.routes(backend),
            *downtimes.routes(backend),
            *downtimes_v2.routes(backend),
            *notification_rules.routes(backend),
            *powerpacks.routes(backend),
            *synthetics.routes(backend),
            *gates.routes(backend),
            *gates_evaluation.routes(backend),
            *dora.routes(backend),
            *events.routes(backend),
            *slo_status.routes(backend),
            *queries.routes(backend),
            *metrics.routes(backend),
            *backend.intake.datadog_routes(),
            *slo_pages.routes(backend),
            *telemetry.routes(backend),
            *faults.routes(),
            *static.routes(),
        ],
        [Middleware(Limits, faults=faults, clock=backend.clock)],
    )
    return Guard(app, rules)


def agent_app(backend: Backend, rules: Rules) -> ASGIApp:
    """Return what tracers talk to."""
    return Guard(_app([_health(backend), *backend.intake.agent_routes()]), rules)


def otlp_app(backend: Backend, rules: Rules) -> ASGIApp:
    """Return what OpenTelemetry SDKs and collectors talk to."""
    return Guard(_app([_health(backend), *backend.intake.otlp_routes()]), rules)


def _app(routes: Sequence[Route], middleware: Sequence[Middleware] = ()) -> Starlette:
    handlers = {
        Refusal: _refused,
        HTTPException: _http_error,
        sqlite3.OperationalError: _environment,
        duckdb.IOException: _environment,
        duckdb.OutOfMemoryException: _environment,
        Exception: _crashed,
    }
    return Starlette(routes=list(routes), middleware=middleware, exception_handlers=handlers)  # type: ignore[arg-type]  # its type asks for handlers of Exception only


def _health(backend: Backend) -> Route:
    async def health(_request: Request) -> Response:
        """Whether what is taken can be written."""
        failure = backend.store.health
        return answer({"status": "failing", "errors": [failure]}, 503) if failure else answer({"status": "ok"})

    return Route("/healthz", health)


async def _refused(_request: Request, refusal: Refusal) -> Response:
    return answer(refusal.body, refusal.status)


async def _http_error(_request: Request, error: HTTPException) -> Response:
    return answer({"errors": [error.detail]}, error.status_code)


async def _environment(_request: Request, error: Exception) -> Response:
    return answer({"errors": [f"The backend cannot do this now: {error}"]}, 503)


async def _crashed(_request: Request, error: Exception) -> Response:
    return answer({"errors": [f"Internal error: {type(error).__name__}: {error}"]}, 500)
