"""Errors as `application/problem+json` (RFC 9457): what a client did wrong is never a 500."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException

from sightline_telemetry import HttpClientError, get_logger, record_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask
    from flask.typing import ResponseReturnValue

MEDIA_TYPE = "application/problem+json"
_SOON = {"Retry-After": "1"}
_log = get_logger(__name__)


class Problem(Exception):  # noqa: N818 - the RFC's word
    """Ends a request.

    Args:
        status: of the answer.
        kind: the problem type, such as `card-declined`.
        title: the same for every occurrence.
        detail: of this one.
        extra: further members of the body.
        headers: of the answer.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str = "",
        *,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail or title)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.headers = headers or {}
        self.extra = extra

    def response(self) -> Response:
        """Render."""
        body = {"type": f"/problems/{self.kind}", "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        return Response(json.dumps({**body, **self.extra}), self.status, headers=self.headers, content_type=MEDIA_TYPE)


def invalid(detail: str, **extra: Any) -> Problem:
    """Return the problem of a body that cannot be used."""
    return Problem(422, "invalid", "The request cannot be processed", detail, **extra)


def not_found(what: str) -> Problem:
    """Return the problem of something that is not there."""
    return Problem(404, "not-found", "Not found", f"There is no {what}.")


def unavailable(what: str, detail: str = "") -> Problem:
    """Return the problem of a peer that does not answer, worth another try."""
    return Problem(503, "unavailable", f"{what} is unavailable", detail, headers=_SOON)


def install(
    app: Flask,
    render: Callable[[Problem], Response] = Problem.response,
    outages: Mapping[type[Exception], str] | None = None,
) -> None:
    """Answer every exception of a view with a problem.

    Args:
        app: whose views.
        render: shows a problem to whoever asked.
        outages: what does not answer, such as "The database", by the exception that says so.
    """

    def on_problem(problem: Problem) -> Response:
        if problem.status >= 500:
            record_error(problem)
            _log.error("request failed", problem=problem.kind, status=problem.status, detail=problem.detail)
        else:
            _log.info("request refused", problem=problem.kind, status=problem.status, detail=problem.detail)
        return render(problem)

    def on_http(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        if code < 400:
            return error.get_response()  # a redirect that werkzeug raised
        kind = (error.name or "error").lower().replace(" ", "-")
        allowed = getattr(error, "valid_methods", None)
        headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
        return on_problem(Problem(code, kind, error.name or "Error", error.description or "", headers=headers))

    def on_peer(error: HttpClientError) -> Response:
        status, kind = (504, "peer-timeout") if error.timeout else (503, "peer-unavailable")
        # Which address did not answer is for the log, not for whoever asked.
        record_error(error)
        _log.error("a peer does not answer", reason=str(error), timeout=error.timeout)
        return on_problem(Problem(status, kind, "A service behind this one does not answer", headers=_SOON))

    def on_outage(error: Exception) -> Response:
        what = next(name for kind, name in (outages or {}).items() if isinstance(error, kind))
        record_error(error)
        _log.error("what this service needs does not answer", what=what, reason=str(error))
        return on_problem(unavailable(what))

    def on_torn_body(error: ParseException) -> Response:
        return on_problem(Problem(400, "bad-request", "Bad Request", f"The body cannot be read: {error}"))

    def on_anything(error: Exception) -> Response:
        record_error(error)
        _log.exception("unhandled error")
        return render(Problem(500, "internal", "Internal error"))

    app.register_error_handler(Problem, on_problem)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(HttpClientError, on_peer)
    for kind in outages or {}:
        app.register_error_handler(kind, on_outage)
    app.register_error_handler(ParseException, on_torn_body)
    app.register_error_handler(Exception, on_anything)
