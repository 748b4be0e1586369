"""The two questions that are put to Prometheus' HTTP API, by POST: a list of SLOs may outgrow an address."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from sightline_core.errors import SightlineError
from sightline_core.loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_S = 60
TOKEN = "SIGHTLINE_PROMETHEUS_TOKEN"  # noqa: S105 - the variable's name


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would take the token along to wherever it leads."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


class PrometheusApi:
    """Prometheus, Thanos or Mimir at an address such as `http://localhost:9090`.

    `SIGHTLINE_PROMETHEUS_TOKEN` is sent as a bearer token where it is set, and never without encryption beyond this
    machine.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise SightlineError(
                "this is no address of a Prometheus", where=address, help="give one such as http://localhost:9090"
            )
        self._address = address.rstrip("/")
        self._token = os.environ.get(TOKEN, "")
        if self._token and parts.scheme == "http" and not is_loopback(address):
            raise SightlineError(
                "refused to send a token without encryption", where=address, help="use an https:// address"
            )
        self._opener = build_opener(_NoRedirects)

    def instant(self, query: str, at: int) -> list[tuple[Mapping[str, str], float]]:
        """Return (labels, value) of each series.

        Raises:
            SightlineError: it refused, did not answer, or is no Prometheus.
        """
        found = self._ask("query", {"query": query, "time": str(at)})
        return [(each["metric"], float(each["value"][1])) for each in found]

    def matrix(
        self, query: str, start: int, end: int, step: int
    ) -> list[tuple[Mapping[str, str], list[tuple[int, float]]]]:
        """Return (labels, [(second, value)]) of each series; errors as of `instant`."""
        asked = {"query": query, "start": str(start), "end": str(end), "step": str(step)}
        found = self._ask("query_range", asked)
        return [(each["metric"], [(int(second), float(value)) for second, value in each["values"]]) for each in found]

    def _ask(self, what: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
        where = f"{self._address}/api/v1/{what}"
        request = Request(where, urlencode(values).encode(), method="POST")  # noqa: S310 - http or https, see above
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                body = response.read()
        except HTTPError as error:
            raise self._refused(where, f"status {error.code}", error.read()) from error
        except (URLError, TimeoutError, OSError) as error:
            reason = getattr(error, "reason", error)
            raise SightlineError(
                "Prometheus did not answer", where=_bare(where), why=str(reason), help="check --prometheus"
            ) from error
        try:
            answer = json.loads(body)
            found = answer["data"]["result"]
            if answer["status"] != "success" or not isinstance(found, list):
                raise self._refused(where, "no success", body)
        except (ValueError, KeyError, TypeError) as error:
            raise SightlineError(
                "this is no Prometheus",
                where=_bare(where),
                why="the answer is not of its form",
                help="check --prometheus",
            ) from error
        return found

    def _refused(self, where: str, said: str, body: bytes) -> SightlineError:
        try:
            reason = str(json.loads(body)["error"])
        except (ValueError, KeyError, TypeError):
            reason = ""
        return SightlineError(
            "Prometheus refused a query", where=_bare(where), why=": ".join(filter(None, (said, reason)))
        )


def _bare(address: str) -> str:
    """Return an address without the password that may stand in it."""
    return re.sub(r"//[^/@]*@", "//", address)
