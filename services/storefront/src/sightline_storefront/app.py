"""The storefront: pages for browsers, JSON for everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from sightline_service.app import make_app
from sightline_service.faults import Faults
from sightline_storefront import api, pages
from sightline_storefront.forms import Forms
from sightline_storefront.shop import Shop

if TYPE_CHECKING:
    from flask import Flask

    from sightline_service.problems import Problem
    from sightline_service.settings import ServiceSettings

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_MACHINES = ("/api/", "/admin/", "/healthz", "/readyz")


def create(settings: ServiceSettings) -> Flask:
    """Return the app."""
    app, telemetry = make_app(settings, __package__ or "", {}, _show)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 86400
    shop = Shop(telemetry.http, settings)
    app.register_blueprint(Faults((), settings.admin_token).blueprint())
    app.register_blueprint(api.blueprint(shop))
    app.register_blueprint(pages.blueprint(shop, Forms(settings.traffic_key)))

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app


def _show(problem: Problem) -> Response:
    """Show a page to whoever asked for one, problem+json to everybody else."""
    wants_page = request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
    if wants_page and not request.path.startswith(_MACHINES):
        return pages.show_problem(problem)
    return problem.response()
