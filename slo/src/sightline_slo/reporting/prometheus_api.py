"""The two questions that are put to Prometheus' HTTP API, by POST: a list of SLOs may outgrow an address."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from sightline_core.errors import SightlineError
from sightline_core.loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Taken = TypeVar("Taken")

TIMEOUT_S = 60
TOKEN = "SIGHTLINE_PROMETHEUS_TOKEN"  # noqa: S105 - the variable's name


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would take the token along to wherever it leads."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


class PrometheusApi:
    """Prometheus, Thanos or Mimir at an address such as `http://localhost:9090`.

    `SIGHTLINE_PROMETHEUS_TOKEN` is sent as a bearer token where it is set, else a name and password that stand in the
    address; neither goes beyond this machine without encryption.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise SightlineError(
                "this is no address of a Prometheus", where=address, help="give one such as http://localhost:9090"
            )
        # urllib takes a password in an address for a part of the host's name.
        user, at, host = parts.netloc.rpartition("@")
        self._address = urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
        token = os.environ.get(TOKEN, "")
        self._credentials = f"Basic {b64encode(unquote(user).encode()).decode()}" if at else ""
        self._credentials = f"Bearer {token}" if token else self._credentials
        if self._credentials and parts.scheme == "http" and not is_loopback(self._address):
            raise SightlineError(
                "refused to send a secret without encryption", where=self._address, help="use an https:// address"
            )
        self._opener = build_opener(_NoRedirects)

    def instant(self, query: str, at: int) -> list[tuple[Mapping[str, str], float]]:
        """Return (labels, value) of each series.

        Raises:
            SightlineError: it refused, did not answer, or is no Prometheus.
        """
        asked = {"query": query, "time": str(at)}
        return self._ask("query", asked, lambda each: (each["metric"], float(each["value"][1])))

    def matrix(
        self, query: str, start: int, end: int, step: int
    ) -> list[tuple[Mapping[str, str], list[tuple[int, float]]]]:
        """Return (labels, [(second, value)]) of each series; errors as of `instant`."""
        asked = {"query": query, "start": str(start), "end": str(end), "step": str(step)}

        def taken(each: Any) -> tuple[Mapping[str, str], list[tuple[int, float]]]:
            return each["metric"], [(int(second), float(value)) for second, value in each["values"]]

        return self._ask("query_range", asked, taken)

    def _ask(self, what: str, values: Mapping[str, str], take: Callable[[Any], Taken]) -> list[Taken]:
        where = f"{self._address}/api/v1/{what}"
        request = Request(where, urlencode(values).encode(), method="POST")  # noqa: S310 - http or https, see above
        if self._credentials:
            request.add_header("Authorization", self._credentials)
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                body = response.read()
        except HTTPError as error:
            raise self._refused(where, f"status {error.code}", error.read()) from error
        except (URLError, TimeoutError, OSError) as error:
            reason = getattr(error, "reason", error)
            raise SightlineError(
                "Prometheus did not answer", where=where, why=str(reason), help="check --prometheus"
            ) from error
        try:
            answer = json.loads(body)
            if answer["status"] == "success":
                return [take(each) for each in answer["data"]["result"]]
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise SightlineError(
                "this is no Prometheus", where=where, why="the answer is not of its form", help="check --prometheus"
            ) from error
        raise self._refused(where, "no success", body)

    def _refused(self, where: str, said: str, body: bytes) -> SightlineError:
        try:
            reason = str(json.loads(body)["error"])
        except (ValueError, KeyError, TypeError):
            reason = ""
        return SightlineError("Prometheus refused a query", where=where, why=": ".join(filter(None, (said, reason))))
