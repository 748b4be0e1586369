"""An API in memory: just enough of the vendor's to plan against, with failures where a test wants them."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_core.errors import SightlineError
from sightline_datadog.transport import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FAMILIES = {
    "/api/v1/slo": "slo",
    "/api/v1/monitor": "monitor",
    "/api/v1/dashboard": "dashboard",
    "/api/v1/slo/correction": "slo_correction",
    "/api/v1/synthetics/tests": "synthetics",
    "/api/v2/downtime": "downtime",
    "/api/v2/monitor/notification_rule": "notification_rule",
    "/api/v2/powerpacks": "powerpack",
    "/api/v2/deployment_gates": "deployment_gate",
}
WRITES = ("POST", "PUT", "PATCH", "DELETE")


@dataclass
class Remote:
    """Objects by kind and id. `cut(n)` tells of the n-th write whether to fail, and whether after doing it."""

    objects: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {kind: {} for kind in ("metric", *FAMILIES.values())}
    )
    log: list[tuple[str, str]] = field(default_factory=list)
    refuse: Callable[[str, str, Any], str | None] = lambda _method, _path, _body: None
    cut: Callable[[int], str] = lambda _number: ""
    numbers: int = 0
    writes: int = 0

    def request(self, method: str, path: str, *, query: Sequence[tuple[str, str]] = (), body: object = None) -> Answer:
        self.log.append((method, path))
        if method not in WRITES:
            return self._do(method, path, dict(query), body)
        self.writes += 1
        how = self.cut(self.writes)
        if how == "before":
            raise SightlineError("cut off before it was done")
        answer = self._do(method, path, dict(query), copy.deepcopy(body))
        if how == "after":
            raise SightlineError("cut off after it was done")
        return answer

    def _do(self, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        refused = self.refuse(method, path, body)
        if refused:
            return Answer(400, {"errors": [refused]}, {})
        if path.startswith("/api/v2/metrics/"):
            return self._metric(method, path.split("/")[4], body)
        base, _, object_id = path.rpartition("/") if path not in FAMILIES else (path, "", "")
        kind = FAMILIES[base]
        family = self.objects[kind]
        if not object_id:
            return self._create(kind, body) if method == "POST" else self._list(kind, query)
        if object_id not in family:
            return Answer(404, {"errors": ["not found"]}, {})
        if method == "DELETE":
            del family[object_id]
        elif method == "PUT":
            family[object_id] = {**body, "id": family[object_id]["id"]}
        return self._answer(kind, family.get(object_id, {}))

    def _create(self, kind: str, body: dict[str, Any]) -> Answer:
        self.numbers += 1
        number: Any = self.numbers if kind == "monitor" else f"{kind}-{self.numbers}"
        made = {**body, "id": number, "created_at": 1, "a_field_of_tomorrow": True}
        self.objects[kind][str(number)] = made
        return self._answer(kind, made)

    def _list(self, kind: str, query: dict[str, str]) -> Answer:
        if kind not in {"slo", "monitor", "dashboard"}:
            return Answer(200, {"tests": [], "data": []}, {})
        size = int(query.get("page_size") or query.get("limit") or query["count"])
        offset = int(query["page"]) * size if "page" in query else int(query.get("offset") or query["start"])
        page = list(copy.deepcopy(self.objects[kind]).values())[offset : offset + size]
        if kind == "dashboard":
            page = [{key: each.get(key) for key in ("id", "title", "description")} for each in page]
        return Answer(200, {"slo": {"data": page}, "monitor": page, "dashboard": {"dashboards": page}}[kind], {})

    def _answer(self, kind: str, made: dict[str, Any]) -> Answer:
        return Answer(200, {"data": [made]} if kind == "slo" else made, {})

    def _metric(self, method: str, name: str, body: Any) -> Answer:
        there = self.objects["metric"].get(name)
        if method == "GET" and there is None:
            return Answer(404, {"errors": ["not found"]}, {})
        if method in {"POST", "PATCH"}:
            there = {**(there or {}), **body["data"]["attributes"]}
            self.objects["metric"][name] = there
        return Answer(200, {"data": {"id": name, "attributes": there}}, {})
