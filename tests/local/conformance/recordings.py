"""Recorded conversations, found wherever they lie below the conformance data, and the families they speak of."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FAMILIES = {
    "dashboards": r"/api/v1/dashboard(/(?!(public|lists)(/|$))[^/]+)?",
    "monitors": r"/api/v1/monitor(/.*)?",
    "notification rules": r"/api/v2/monitor/notification_rule(/.*)?",
    "slo corrections": r"/api/v1/slo/correction(/.*)?|/api/v1/slo/[^/]+/corrections",
    "slos": r"/api/v1/slo(/.*)?|/api/v2/slo/[0-9a-f]{32}/status",
    "downtimes": r"/api/v[12]/downtime(/.*)?|/api/v[12]/monitor/[^/]+/downtime(s|_matches)",
    "powerpacks": r"/api/v2/powerpacks(/.*)?",
    "synthetics tests": r"/api/v[12]/synthetics/tests(/.*)?",
    "deployment gates": r"/api/v2/deployment(_gates|s/gates)(/.*)?",
}
"""The vendor's calls for the documents that are kept as code; whatever else is recorded is another family."""

UNKNOWN_AT_S = 1_700_000_000.0
"""The clock of a recording that has none beside it."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the vendor's answer to it; bodies as data, texts where they are no JSON."""

    method: str
    target: str
    sent: Any
    status: int
    came: Any

    @property
    def path(self) -> str:
        """Return the path without its query."""
        return urlsplit(self.target).path

    @property
    def family(self) -> str:
        """Return the family it speaks to, empty where that is none of ours."""
        return next((name for name, known in _FAMILIES.items() if re.fullmatch(known, self.path)), "")

    @property
    def call(self) -> str:
        """Return the call without its ids, to count and to list."""
        return f"{self.method} {_ID.sub('/{id}', self.path)}"


_ID = re.compile(
    r"/\d+(?=/|$)|/(?=[^/]*\d)(?!v\d+(/|$))[^/]{7,}(?=/|$)|/made-up-id|/[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}(?=/|$)"
)


@dataclass(frozen=True, slots=True)
class Recording:
    """A conversation, and when it was held."""

    name: str
    at_s: float
    exchanges: tuple[Exchange, ...]


def recordings(folder: Path, *, every: bool = False) -> Iterator[Recording]:
    """Yield the conversations of our families (or `every`) below a folder, of vcrpy, of go-vcr or of Ruby's VCR."""
    for file in sorted(each for each in folder.rglob("*") if each.suffix in {".yaml", ".yml"}):
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        items = _interactions(content)
        exchanges = tuple(_exchange(each) for each in items)
        if exchanges and (every or any(each.family for each in exchanges)):
            yield Recording(f"{file.parent.name}/{file.stem}", _frozen(file), exchanges)


def _interactions(content: Any) -> list[dict[str, Any]]:
    """Return the requests with their answers; nothing where a file is something else."""
    if not isinstance(content, dict):
        return []
    return content.get("interactions") or content.get("http_interactions") or []


def _frozen(file: Path) -> float:
    for suffix in (".frozen", ".freeze"):
        beside = file.with_suffix(suffix)
        if beside.exists():
            return dt.datetime.fromisoformat(beside.read_text(encoding="utf-8").strip()).timestamp()
    return UNKNOWN_AT_S


def _exchange(item: dict[str, Any]) -> Exchange:
    request, response = item["request"], item["response"]
    parts = urlsplit(request.get("uri") or request["url"])
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    status = response["code"] if "code" in response else response["status"]["code"]
    return Exchange(
        request["method"].upper(), target, _data(request.get("body")), int(status), _data(response.get("body"))
    )


def _data(body: Any) -> Any:
    """Read a body: go-vcr has its text alone, the others have it as `string`, or sent bodies as text."""
    text = body.get("string") if isinstance(body, dict) else body
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
