"""What every request of a Flask app gets, in each mode alike: its traffic, its SLI series, its line.

Two layers. The outer one, around the tracer's, sees the request before any span and the response after it ended: it
verifies and strips the traffic header, measures, and writes the access line. The inner one, a `before_request` hook
inside the span, learns the ids and the route.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import flask
import structlog

from . import scope as scopes
from . import signals, traffic
from .health import is_health
from .logs import get_logger
from .metrics import Metrics
from .tracing import Tracing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ENVIRON_KEY = "sightline.scope"

_log = get_logger("sightline.request")


class RequestMiddleware:
    """The outer layer: a WSGI application around the instrumented one."""

    def __init__(self, inner: Any, tracing: Tracing, metrics: Metrics, traffic_key: str, *, access_log: bool) -> None:
        self._inner = inner
        self._tracing = tracing
        self._metrics = metrics
        self._key = traffic_key
        self._access_log = access_log

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        structlog.contextvars.clear_contextvars()  # the thread may remember the last request's
        kind = traffic.verify(environ.get(traffic.WSGI_KEY), self._key, time.time())
        if kind == "customer":
            environ.pop(traffic.WSGI_KEY, None)
        healthy = is_health(environ.get("PATH_INFO", ""))
        request = _Request(self, environ, scopes.Scope(traffic=kind, traced=not healthy))
        scopes.push(request.scope)
        environ[ENVIRON_KEY] = request.scope
        try:
            with self._tracing.untraced() if healthy else nullcontext():
                body = self._inner(environ, request.starting(start_response))
        except BaseException:
            request.finish()
            raise
        return _Body(body, request)

    def report(self, environ: "WSGIEnvironment", scope: scopes.Scope, status: int, seconds: float) -> None:
        """Emit the series and the line of one finished request."""
        if not scope.traced:
            return
        method = environ["REQUEST_METHOD"]
        route = scope.route or signals.UNMATCHED
        common = {
            "http.route": route,
            "http.request.method": method if method in signals.METHODS else "_OTHER",
            "status_class": f"{status // 100}xx",
            "traffic": scope.traffic,
        }
        self._metrics.distribution(signals.HTTP_DURATION.name, seconds, common)
        outcome = "bad" if status >= 500 else "good"
        self._metrics.count(signals.HTTP_REQUESTS.name, 1, {**common, "outcome": outcome})
        if self._access_log:
            _log.info(
                "request",
                method=method,
                route=route,
                path=environ.get("PATH_INFO", ""),
                status=status,
                duration_ms=round(seconds * 1000, 3),
                traffic=scope.traffic,
                **({"faults": scope.faults} if scope.faults else {}),
            )


class _Request:
    """One request on its way."""

    __slots__ = ("_environ", "_middleware", "_started", "_status", "scope")

    def __init__(self, middleware: RequestMiddleware, environ: "WSGIEnvironment", scope: scopes.Scope) -> None:
        self._middleware = middleware
        self._environ = environ
        self._started = time.perf_counter()
        self._status = 500  # what a client gets when the app raises before it answers
        self.scope = scope

    def starting(self, start_response: "StartResponse") -> Any:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            self._status = int(status[:3])
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        return start

    def finish(self) -> None:
        seconds = time.perf_counter() - self._started
        try:
            self._middleware.report(self._environ, self.scope, self._status, seconds)
        finally:
            scopes.pop(self.scope)


class _Body:
    """The response body; closing it ends the request."""

    __slots__ = ("_body", "_request")

    def __init__(self, body: Any, request: _Request) -> None:
        self._body = body
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._request.finish()


def install(app: flask.Flask, tracing: Tracing, metrics: Metrics, traffic_key: str, *, access_log: bool) -> None:
    """Instrument `app`. Call it right after the app is made: hooks registered before it run outside its span."""
    tracing.instrument_flask(app)

    def enter() -> None:
        scope = scopes.current()
        if scope is None or not scope.traced:
            return
        entry = tracing.entry()
        rule = flask.request.url_rule
        scope.route = signals.route_tag(rule.rule) if rule is not None else signals.UNMATCHED
        if entry is not None:
            scope.entry, scope.ids = entry, entry.ids
            entry.set_attribute("sightline.traffic", scope.traffic)
            if rule is not None:
                entry.set_attribute("http.route", scope.route)

    app.before_request(enter)
    app.wsgi_app = RequestMiddleware(  # type: ignore[method-assign]
        app.wsgi_app, tracing, metrics, traffic_key, access_log=access_log
    )
