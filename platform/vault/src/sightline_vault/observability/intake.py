"""Datadog's HTTP intake, or the local one: one body a request, no redirect followed, the key from outside."""

from __future__ import annotations

import http.client
import ssl
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from sightline_core.errors import SightlineError
from sightline_core.loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_S = 15.0


class Poster:
    """Posts JSON to one address.

    Raises:
        SightlineError: The address is beyond this machine and without TLS, or there is no key for it.
    """

    def __init__(self, url: str, environ: Mapping[str, str]) -> None:
        parts = _address(url)
        key = environ.get("DD_API_KEY") or environ.get("SIGHTLINE_API_KEY") or ""
        if not is_loopback(url) and (parts.scheme != "https" or not key):
            raise SightlineError(
                "refused to send beyond this machine without TLS and a key",
                where=url,
                help="write https:// and set DD_API_KEY",
            )
        self._url = url.rstrip("/")
        self._parts = parts
        self._headers = {"Content-Type": "application/json", **({"DD-API-KEY": key} if key else {})}

    def __call__(self, path: str, body: bytes) -> None:
        """Send one body.

        Raises:
            SightlineError: It was not taken.
        """
        host, port = str(self._parts.hostname), self._parts.port
        connection: http.client.HTTPConnection
        if self._parts.scheme == "https":
            trusting = ssl.create_default_context()
            connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=trusting)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        try:
            connection.request("POST", self._parts.path.rstrip("/") + path, body, self._headers)
            answer = connection.getresponse()
            said = answer.read(500).decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise SightlineError("the intake does not answer", where=self._url + path, why=str(error)) from error
        finally:
            connection.close()
        if not 200 <= answer.status < 300:
            raise SightlineError("the intake refused", where=self._url + path, why=f"{answer.status}: {said}")


def _address(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        # A port that is none is told only when it is asked for.
        if parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise SightlineError(f"`{url}` is no address", help="write one such as http://127.0.0.1:4280")
