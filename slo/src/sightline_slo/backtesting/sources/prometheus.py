"""Histories from Prometheus: the SLI's own counts, a minute at a time, by `query_range`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import numpy as np

from sightline_core.errors import SightlineError
from sightline_slo.backtesting.history import STEP_S, History
from sightline_slo.model import Backend, Events

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sightline_slo.model import Slo

POINTS = 10_000
"""In one answer: Prometheus refuses more than 11,000 a series."""

TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A server, and from when to when (Unix seconds)."""

    url: str
    start: int
    end: int

    def history(self, slo: Slo, backend: Backend) -> History | None:
        """Ask for the bad and all events of every minute; None for an SLI that counts nothing."""
        del backend
        sli = slo.sli.get(Backend.PROMETHEUS)
        if not isinstance(sli, Events):
            return None
        total = self._events(sli.total.text)
        if sli.bad is not None:
            bad = self._events(sli.bad.text)
        else:
            assert sli.good is not None  # noqa: S101 - one of the two is there
            bad = np.maximum(total - self._events(sli.good.text), 0)
        return History(self.start, np.minimum(bad, total), total) if total.any() else None

    def _events(self, text: str) -> NDArray[np.float64]:
        """Return how many events each minute holds: the rate at its end, times sixty.

        Two minutes wide: a range of one holds one sample of a counter that is scraped every minute, and no rate.
        """
        query = text.replace("{{.window}}", "2m").replace("{{ .window }}", "2m")
        size = (self.end - self.start) // STEP_S
        values = np.zeros(size)
        for first in range(0, size, POINTS):
            last = min(first + POINTS, size)
            begin, end = self.start + (first + 1) * STEP_S, self.start + last * STEP_S
            answer = ask(self.url, {"query": query, "start": str(begin), "end": str(end), "step": str(STEP_S)})
            for series in answer:
                for second, value in series["values"]:
                    number = float(value)
                    if np.isfinite(number):
                        values[round((float(second) - self.start) / STEP_S) - 1] += number * STEP_S
        return values


def ask(url: str, fields: dict[str, str]) -> list[dict[str, Any]]:
    """Ask for a range; return its series.

    Raises:
        SightlineError: no answer, or no matrix.
    """
    if urlsplit(url).scheme not in {"http", "https"}:
        raise SightlineError("this is no address of a Prometheus", where=url, help="write http://… or https://…")
    address = f"{url.rstrip('/')}/api/v1/query_range"
    request = Request(address, urlencode(fields).encode(), {"Accept": "application/json"})  # noqa: S310 - the scheme is checked above
    try:
        with urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310 - the scheme is checked above
            body = json.load(response)
    except (OSError, ValueError) as error:
        raise SightlineError(
            "Prometheus does not answer", where=address, why=str(error), help=fields["query"]
        ) from error
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict) or data.get("resultType") != "matrix":
        raise SightlineError("Prometheus answers no range", where=address, why=str(body)[:200])
    result = data["result"]
    return result if isinstance(result, list) else []
