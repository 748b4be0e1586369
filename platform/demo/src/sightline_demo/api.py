"""JSON over HTTP to our own processes, and to nobody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import urllib3

from sightline_core.errors import SightlineError
from sightline_core.loopback import require_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping


class Api:
    """One server of the run.

    Args:
        base: its address, `http://127.0.0.1:…`.
        headers: sent with every request.

    Raises:
        SightlineError: the address leaves this machine.
    """

    def __init__(self, base: str, headers: Mapping[str, str] | None = None) -> None:
        self.base = require_loopback(base, setting="base").rstrip("/")
        self._headers = dict(headers or {})
        self._pool = urllib3.PoolManager(num_pools=2, maxsize=1, retries=False, timeout=urllib3.Timeout(5.0))

    def answers(self, path: str) -> bool:
        """Whether a GET of `path` is answered with 200 at once."""
        try:
            return self._pool.request("GET", self.base + path, timeout=0.5, headers=self._headers).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def get(self, path: str, **query: str | int | None) -> Any:
        """Return the JSON at `path`.

        Raises:
            SightlineError: no answer, not 2xx, or no JSON.
        """
        given = {name.rstrip("_"): str(value) for name, value in query.items() if value is not None}
        return self._ask("GET", path + (f"?{urlencode(given)}" if given else ""), None)

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send JSON and return the JSON answered; None for an empty answer.

        Raises:
            SightlineError: no answer, not 2xx, or no JSON.
        """
        return self._ask(method, path, body)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        url = self.base + path
        try:
            response = self._pool.request(
                method,
                url,
                headers={**self._headers, **({"content-type": "application/json"} if body is not None else {})},
                body=None if body is None else json.dumps(body).encode(),
            )
        except urllib3.exceptions.HTTPError as error:
            raise SightlineError("no answer", where=f"{method} {url}", why=str(error)) from error
        if not 200 <= response.status < 300:
            raise SightlineError(
                f"refused with {response.status}",
                where=f"{method} {url}",
                why=response.data[:400].decode(errors="replace"),
            )
        if not response.data:
            return None
        try:
            return json.loads(response.data)
        except ValueError as error:
            raise SightlineError("the answer is no JSON", where=f"{method} {url}", why=str(error)) from error
