"""The storefront: pages for browsers, JSON for everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from sightline_service.app import make_app
from sightline_service.faults import Faults
from sightline_service.problems import Problem
from sightline_storefront import api, pages
from sightline_storefront.forms import Forms
from sightline_storefront.shop import Shop
from sightline_telemetry import get_logger, record_error

if TYPE_CHECKING:
    from flask import Flask

    from sightline_service.settings import ServiceSettings

_log = get_logger(__name__)
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def create(settings: ServiceSettings) -> Flask:
    """Return the app."""
    app, telemetry = make_app(settings, __package__ or "", {})
    shop = Shop(telemetry.http, settings)
    app.register_blueprint(Faults((), settings.admin_token).blueprint())
    app.register_blueprint(api.blueprint(shop))
    app.register_blueprint(pages.blueprint(shop, Forms(settings.traffic_key)))

    def on_problem(problem: Problem) -> Response:
        if problem.status >= 500:
            record_error(problem)
            _log.error("request failed", problem=problem.kind, status=problem.status, detail=problem.detail)
        else:
            _log.info("request refused", problem=problem.kind, status=problem.status, detail=problem.detail)
        wants_page = request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
        if wants_page and not request.path.startswith(("/api/", "/admin/", "/healthz", "/readyz")):
            return pages.show_problem(problem)
        return problem.response()

    app.register_error_handler(Problem, on_problem)

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app
