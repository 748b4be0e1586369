"""Calls from one service to another: one connection pool, short timeouts, no retries unless asked for.

The client span and the propagation headers come from the tracer's own urllib3 instrumentation, or, in mode `none`,
the headers from here. The authenticated kind of traffic travels along, freshly signed, so that a token that was
valid at the edge cannot expire half way.
"""

import json as json_codec
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import urllib3

from . import traffic
from .tracing import Tracing
from .traffic import TrafficKind


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that was read to its end. `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def ok(self) -> bool:
        """Whether the status is below 400."""
        return self.status < 400

    @property
    def text(self) -> str:
        """The body as text."""
        return self.data.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON; ValueError when it is none."""
        return json_codec.loads(self.data)


class HttpClientError(Exception):
    """No answer: refused, reset, timed out. `timeout` says whether it was the latter."""

    def __init__(self, message: str, *, timeout: bool) -> None:
        super().__init__(message)
        self.timeout = timeout


class HttpClient:
    """A pooled client. Safe to use from several threads."""

    def __init__(self, tracing: Tracing, token: Callable[[], str], *, timeout_s: float = 5.0) -> None:
        self._tracing = tracing
        self._token = token
        self._timeout_s = timeout_s
        self._pool = urllib3.PoolManager(num_pools=16, maxsize=16, block=False)

    def request(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        retries: int = 0,
    ) -> Response:
        """Send a request and read its answer; redirects are not followed.

        Raises HttpClientError when there is no answer. Whatever the status, an answer is returned.
        """
        sent = {key.lower(): value for key, value in (headers or {}).items()}
        if json is not None:
            body = json_codec.dumps(json).encode()
            sent.setdefault("content-type", "application/json")
        token = self._token()
        if token:
            sent[traffic.HEADER] = token
        else:
            sent.pop(traffic.HEADER, None)
        self._tracing.outgoing(sent)
        limit = self._timeout_s if timeout_s is None else timeout_s
        try:
            response = self._pool.request(
                method,
                url,
                body=body,
                headers=sent,
                redirect=False,
                timeout=urllib3.Timeout(connect=min(limit, 2.0), read=limit),
                retries=urllib3.Retry(retries, redirect=False, status=0, respect_retry_after_header=False),
            )
        except urllib3.exceptions.HTTPError as error:
            cause = error.reason if isinstance(error, urllib3.exceptions.MaxRetryError) else error
            # urllib3 files a refused connection under its timeouts, too.
            refused = isinstance(cause, urllib3.exceptions.NewConnectionError)
            timed_out = isinstance(cause, urllib3.exceptions.TimeoutError) and not refused
            raise HttpClientError(f"{method} {url}: {cause}", timeout=timed_out) from error
        return Response(response.status, {key.lower(): value for key, value in response.headers.items()}, response.data)

    def get(self, url: str, **options: Any) -> Response:
        """`request("GET", ...)`."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> Response:
        """`request("POST", ...)`."""
        return self.request("POST", url, **options)

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.clear()


class TokenMint:
    """Tokens of the traffic in progress, each reused for half of its life."""

    def __init__(self, key: str, current: Callable[[], TrafficKind], clock: Callable[[], float], life_s: int) -> None:
        self._key = key
        self._current = current
        self._clock = clock
        self._life_s = life_s
        self._minted: dict[TrafficKind, tuple[float, str]] = {}

    def __call__(self) -> str:
        """A token for the current traffic; empty for customers and without a key."""
        kind = self._current()
        if kind == "customer" or not self._key:
            return ""
        now = self._clock()
        renew, token = self._minted.get(kind, (0.0, ""))
        if now >= renew:
            token = traffic.mint(kind, self._key, int(now) + self._life_s)
            self._minted[kind] = (now + self._life_s / 2, token)
        return token
