"""A server span around a Flask app's requests, for a tracer that brings no Flask instrumentation of its own."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from sightline_telemetry.propagation import CONTEXT_KEYS
from sightline_telemetry.tracing import Tracing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask

_WSGI_KEYS = {f"HTTP_{key.upper().replace('-', '_')}": key for key in CONTEXT_KEYS}


def carrier_of(environ: "WSGIEnvironment") -> dict[str, str]:
    """The propagation headers of a request, with their lower-case names."""
    return {key: environ[wsgi] for wsgi, key in _WSGI_KEYS.items() if wsgi in environ}


def trace_requests(app: "Flask", tracing: Tracing) -> None:
    """Wrap `app.wsgi_app`: the span lasts until the response is closed."""
    inner = app.wsgi_app

    def traced(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        stack = ExitStack()
        stack.enter_context(
            tracing.span(environ["REQUEST_METHOD"], kind="server", parent=tracing.extract(carrier_of(environ)))
        )
        try:
            body = inner(environ, start_response)
        except BaseException:
            stack.close()
            raise
        return _Closing(body, stack)

    app.wsgi_app = traced  # type: ignore[method-assign]


class _Closing:
    """A response body that ends the span when the server closes it."""

    __slots__ = ("_body", "_stack")

    def __init__(self, body: Any, stack: ExitStack) -> None:
        self._body = body
        self._stack = stack

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._stack.close()
