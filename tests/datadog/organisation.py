"""The vendor's API in memory for every kind, derived from the table of endpoints, with a fault at any request."""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.ownership import read_mark
from sightline_datadog.sync.endpoints import ENDPOINTS, Endpoint
from sightline_datadog.wire import Answer, NoAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sightline_datadog.ownership import Mark

CAN_DELETE = "/can_delete"


class Killed(BaseException):
    """The process is gone; no code of it runs any more, so that nothing may catch this."""


@dataclass
class Organisation:
    """Flat bodies by kind and id; `blocked` is what may not be deleted, and why.

    `fault` is told the number of a request (from 1), its method and path, and says `""`, `kill-before`, `kill-after`,
    `cut-before`, `cut-after`, `502-before` or `502-after`. After a kill nobody of that process gets an answer.
    """

    objects: dict[Kind, dict[str, dict[str, Any]]] = field(default_factory=lambda: {kind: {} for kind in ENDPOINTS})
    fault: Callable[[int, str, str], str] = lambda _number, _method, _path: ""
    requests: int = 0
    writes: int = 0
    dead: bool = False
    numbers: int = 0
    blocked: dict[str, list[str]] = field(default_factory=dict)
    longest_description: int = 10_000
    lock: threading.Lock = field(default_factory=threading.Lock)

    def request(self, method: str, path: str, *, query: Sequence[tuple[str, str]] = (), body: object = None) -> Answer:
        """Answer, or fail as it was asked to."""
        with self.lock:
            if self.dead:
                raise Killed
            self.requests += 1
            self.writes += method != "GET"
            how = self.fault(self.requests, method, path)
            answer = Answer(502, {"errors": ["Bad Gateway"]}, {})
            if not how.endswith("-before"):
                done = self._do(method, path, dict(query), copy.deepcopy(body))
                answer = answer if how == "502-after" else done
            self.dead = how.startswith("kill")
            if self.dead:
                raise Killed
            if how.startswith("cut"):
                raise NoAnswerError(f"no answer to {method} {path}", maybe_done=True)
            return answer

    def revived(self) -> None:
        """Start another process, which meets no fault."""
        self.dead, self.fault, self.requests, self.writes = False, lambda *_: "", 0, 0

    def marks(self) -> list[Mark]:
        """Return the mark of every object that carries one."""
        found = [read_mark(kind, body) for kind, those in self.objects.items() for body in those.values()]
        return [mark for mark in found if mark is not None]

    def state(self) -> dict[str, Any]:
        """Return every object by its mark, ids in it replaced by the marks of the objects that they are."""
        names = {
            str(body["id"]): str(read_mark(kind, body) or endpoint.titled(body))
            for kind, endpoint in ENDPOINTS.items()
            for body in self.objects[kind].values()
        }
        found = {}
        for kind, those in self.objects.items():
            for body in those.values():
                name = str(read_mark(kind, body) or ENDPOINTS[kind].titled(body))
                found[f"{kind}/{name}"] = {
                    key: _named(value, names) for key, value in body.items() if key not in {"id", "public_id"}
                }
        return found

    def _do(self, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        if path.endswith(CAN_DELETE):
            return Answer(409 if self.blocked else 200, {"data": {"ok": []}, "errors": self.blocked or None}, {})
        kind, rest, parent = _route(path)
        endpoint, those = ENDPOINTS[kind], self.objects[kind]
        if endpoint.bulk_delete and rest == ["delete"]:
            for each in body[endpoint.bulk_delete]:
                those.pop(each, None)
            return Answer(200, {}, {})
        steps = [step for step in rest if step not in {"api", "browser"} or not endpoint.family]
        if steps:
            return self._one(method, endpoint, those, steps[0], body)
        if method == "GET":
            return Answer(200, self._page(kind, endpoint, query, parent), {})
        return Answer(200, self._create(kind, endpoint, body, parent), {})

    def _one(self, method: str, endpoint: Endpoint, those: dict[str, Any], identity: str, body: Any) -> Answer:
        if identity not in those:
            return Answer(404, {"errors": ["not found"]}, {})
        if method == "DELETE":
            del those[identity]
            return Answer(200, {}, {})
        if method != "GET":
            given = body["data"]["attributes"] if endpoint.type else body
            those[identity] = {**those[identity], **given, "id": identity}
        return Answer(200, self._whole(endpoint, those[identity]), {})

    def _create(self, kind: Kind, endpoint: Endpoint, body: Any, parent: str) -> Any:
        self.numbers += 1
        flat = dict(body["data"]["attributes"] if endpoint.type else body)
        if kind is Kind.MONITOR:
            assert not any(each["query"] == flat["query"] for each in self.objects[kind].values()), "a duplicate"
        identity = str(self.numbers) if kind is Kind.MONITOR else f"{kind[:3]}-{self.numbers:03d}"
        made = {**flat, "id": identity, endpoint.identity: identity, "a_field_of_tomorrow": 1}
        if parent:
            made["gate_id"] = parent
        self.objects[kind][identity] = made
        return self._whole(endpoint, made)

    def _whole(self, endpoint: Endpoint, body: dict[str, Any]) -> Any:
        shown = self._enveloped(endpoint, body)
        return {"data": shown} if endpoint.type else {"data": [shown]} if endpoint.results == "data" else shown

    def _enveloped(self, endpoint: Endpoint, body: dict[str, Any]) -> dict[str, Any]:
        body = copy.deepcopy(body)
        if not endpoint.type:
            return body
        return {"id": body["id"], "type": endpoint.type, "attributes": {k: v for k, v in body.items() if k != "id"}}

    def _page(self, kind: Kind, endpoint: Endpoint, query: dict[str, str], parent: str) -> Any:
        found = [each for each in self.objects[kind].values() if not parent or each["gate_id"] == parent]
        if endpoint.paging is not None and not endpoint.paging.cursor:
            size, offset = int(query[endpoint.paging.size_name]), int(query[endpoint.paging.offset_name])
            start = offset * size if endpoint.paging.counts_pages else offset
            found = found[start : start + size]
        if kind is Kind.DASHBOARD:
            found = [{key: each.get(key) for key in ("id", "title", "description", "modified_at")} for each in found]
            for each in found:
                text = str(each["description"] or "")
                each["description"] = text if len(text) <= self.longest_description else text[:40] + "…"
        shown: Any = [self._enveloped(endpoint, each) for each in found]
        for step in reversed(endpoint.results.split(".") if endpoint.results else []):
            shown = {step: shown}
        return shown


def _route(path: str) -> tuple[Kind, list[str], str]:
    """Return the kind of a path, the steps after its own, and the id of what it is inside of."""
    gate = ENDPOINTS[Kind.GATE].path
    if path.startswith(f"{gate}/") and "/rules" in path:
        parent, _, rest = path.removeprefix(f"{gate}/").partition("/rules")
        return Kind.GATE_RULE, [each for each in rest.split("/") if each], parent
    fitting = [kind for kind, each in ENDPOINTS.items() if path == each.path or path.startswith(f"{each.path}/")]
    kind = max(fitting, key=lambda each: len(ENDPOINTS[each].path))
    return kind, [each for each in path.removeprefix(ENDPOINTS[kind].path).split("/") if each], ""


def _named(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _named(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_named(each, names) for each in value]
    if isinstance(value, str):
        for identity, name in sorted(names.items(), key=lambda pair: -len(pair[0])):
            value = value.replace(identity, name) if not identity.isdigit() else value
        return " ".join(names.get(word, word) for word in value.split(" "))
    return names.get(str(value), value) if isinstance(value, int) and not isinstance(value, bool) else value
