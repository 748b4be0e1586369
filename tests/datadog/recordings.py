"""What was recorded of the real vendor, found by what it is and not by name."""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sightline_datadog.documents import Kind
from sightline_datadog.sync.endpoints import ENDPOINTS
from tests.local.conformance.recordings import recordings
from tests.support.conformance import conformance

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEP = re.compile(r"(/synthetics/tests)/(api|browser|mobile)$")
_PATHS = {re.compile(each.path.replace("{gate_id}", "[^/]+") + r"\Z"): kind for kind, each in ENDPOINTS.items()}


class Create(NamedTuple):
    """A create that was done: the recording, the body sent, the body answered, both without an envelope."""

    recording: str
    sent: dict[str, Any]
    came: dict[str, Any]


def creates(kind: Kind) -> list[Create]:
    """Return every recorded create of a kind that the vendor took."""
    return _creates()[kind]


@cache
def _creates() -> dict[Kind, list[Create]]:
    found: dict[Kind, list[Create]] = {kind: [] for kind in Kind}
    for recording in recordings(conformance("datadog", "cassettes"), every=True):
        for exchange in recording.exchanges:
            path = _STEP.sub(r"\1", exchange.path)
            kind = next((kind for pattern, kind in _PATHS.items() if pattern.match(path)), None)
            if kind is None or exchange.method != "POST" or exchange.status >= 300:
                continue
            sent, came = copy.deepcopy(exchange.sent), ENDPOINTS[kind].unwrap(copy.deepcopy(exchange.came))
            sent = sent["data"]["attributes"] if ENDPOINTS[kind].type else sent
            if kind is Kind.GATE_RULE:  # whose gate is a step of the path
                sent["gate_id"] = path.split("/")[-2]
            found[kind].append(Create(recording.name.rpartition("/")[2], sent, came))
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
