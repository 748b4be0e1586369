"""Each kind's place in the vendor's API, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a kind lives.

    `unwrap` takes the object out of an answer, `listed` the objects of one page. `page` names the parameters of size
    and offset, and whether the offset counts pages instead of objects. `summaries` says that a list leaves out most
    of each object, so that the wanted ones must be read one by one.
    """

    path: str
    unwrap: Callable[[Any], Mapping[str, Any]]
    listed: Callable[[Any], list[Mapping[str, Any]]]
    page: tuple[str, int, str, bool]
    title: str
    summaries: bool = False


ENDPOINTS = {
    Kind.SLO: Endpoint(
        "/api/v1/slo",
        lambda answer: answer["data"][0] if isinstance(answer["data"], list) else answer["data"],
        lambda answer: list(answer.get("data") or []),
        ("limit", 1000, "offset", False),
        "name",
    ),
    Kind.MONITOR: Endpoint(
        "/api/v1/monitor",
        lambda answer: answer,
        lambda answer: list(answer or []),
        ("page_size", 1000, "page", True),
        "name",
    ),
    Kind.DASHBOARD: Endpoint(
        "/api/v1/dashboard",
        lambda answer: answer,
        lambda answer: list(answer.get("dashboards") or []),
        ("count", 100, "start", False),
        "title",
        summaries=True,
    ),
}
"""The kinds that are listed; a metric's configuration is read and written under the metric's name."""


def metric_path(name: str) -> str:
    """Return where a metric's configuration lives."""
    return f"/api/v2/metrics/{name}/tags"
