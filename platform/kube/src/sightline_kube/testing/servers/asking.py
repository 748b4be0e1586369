"""One request over HTTP or TLS to a server on loopback, and its answer as JSON; no proxy of the machine is asked."""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it is of the 2xx."""
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """The body as JSON; None where it is empty."""
        return json.loads(self.body) if self.body else None

    def expect(self) -> Any:
        """Return the body as JSON where the answer is a yes.

        Raises:
            AssertionError: It is a no; with the status and the body.
        """
        if not self.ok:
            raise AssertionError(f"{self.status}: {self.body.decode(errors='replace')[:2000]}")
        return self.json


@lru_cache(maxsize=64)
def _trusting(ca: Path, _changed: int) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca))


def ask(
    method: str,
    url: str,
    body: object = None,
    *,
    headers: Mapping[str, str] | None = None,
    ca: Path | None = None,
    timeout: float = 10,
) -> Answer:
    """Send one request; a body that is not bytes goes as JSON.

    Raises:
        OSError: No answer: refused, cut, late, or a certificate that `ca` does not vouch for.
    """
    parts = urlsplit(url)
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    told = {"Content-Type": "application/json", **(headers or {})}
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        trusting = _trusting(ca, ca.stat().st_mtime_ns) if ca else ssl.create_default_context()
        connection = http.client.HTTPSConnection(str(parts.hostname), parts.port, timeout=timeout, context=trusting)
    else:
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=timeout)
    try:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), data, told)
        response = connection.getresponse()
        return Answer(response.status, response.read())
    except http.client.HTTPException as error:
        raise OSError(f"{method} {url}: {error!r}") from error
    finally:
        connection.close()
