"""What was recorded of the real vendor, found by what it is and not by name."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from sightline_datadog.documents import Kind
from tests.support.conformance import conformance

if TYPE_CHECKING:
    from collections.abc import Iterator

PATHS = {Kind.SLO: "/api/v1/slo", Kind.MONITOR: "/api/v1/monitor", Kind.DASHBOARD: "/api/v1/dashboard"}
FOLDERS = {Kind.SLO: "slos", Kind.MONITOR: "monitors_v1", Kind.DASHBOARD: "dashboards"}


class Create(NamedTuple):
    """A create that was done: the recording, the body sent, the body answered."""

    recording: str
    sent: dict[str, Any]
    came: dict[str, Any]


@cache
def creates(kind: Kind) -> list[Create]:
    """Return every recorded create of a kind that the vendor took."""
    found = []
    for file in sorted(conformance("datadog", "cassettes", FOLDERS[kind]).glob("*.yaml")):
        for item in (yaml.load(file.read_text(), Loader=yaml.CSafeLoader) or {}).get("interactions", []):
            request, response = item["request"], item["response"]
            if request["method"] != "POST" or not request["uri"].split("?")[0].endswith(PATHS[kind]):
                continue
            if response["status"]["code"] == 200:
                answer = json.loads(response["body"]["string"])
                came = answer["data"][0] if kind is Kind.SLO else answer
                found.append(Create(file.stem, json.loads(request["body"]), came))
    return found


def lists() -> Iterator[Any]:
    """Yield the entries of every list of queries: a text for a metric query, (type, query) for a monitor's."""
    for file in sorted(conformance("datadog", "corpus").glob("*.json")):
        yield from json.loads(file.read_text(encoding="utf-8"))


def folder(name: str) -> Iterator[dict[str, Any]]:
    """Yield every object of a folder of real ones, taken out of its envelope where it has one."""
    for file in sorted(conformance("datadog", "corpus", name).glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        inner = content.get("definition")
        yield inner if isinstance(inner, dict) else content


def monitor_queries() -> list[tuple[str, str]]:
    """Return (type, query) of every monitor that the vendor took or people keep."""
    bodies = [*folder("monitors"), *(each.sent for each in creates(Kind.MONITOR))]
    pairs = [(str(body["type"]), str(body["query"])) for body in bodies if "query" in body]
    return [*pairs, *((each[0], each[1]) for each in lists() if isinstance(each, list))]


def metric_queries() -> list[str]:
    """Return every metric query of lists, dashboards and SLOs."""
    found = [each for each in lists() if isinstance(each, str)]
    for body in [*folder("dashboards"), *(each.sent for each in creates(Kind.DASHBOARD))]:
        found += _inside(body)
    for _, sent, _ in creates(Kind.SLO):
        found += [str(text) for text in (sent.get("query") or {}).values()]
        found += _inside(sent)
    return list(dict.fromkeys(found))


def _inside(value: Any) -> list[str]:
    """Return the metric queries in a body, in both of the vendor's forms."""
    if isinstance(value, list):
        return [text for each in value for text in _inside(each)]
    if not isinstance(value, dict):
        return []
    own = [value["q"]] if isinstance(value.get("q"), str) else []
    if value.get("data_source") == "metrics" and isinstance(value.get("query"), str):
        own.append(value["query"])
    # The `q` of an overlay of events is a search.
    return own + [text for name, each in value.items() if name != "events" for text in _inside(each)]
