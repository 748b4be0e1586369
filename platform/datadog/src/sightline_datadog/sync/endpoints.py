"""Each kind's place in the vendor's API, as data: paths, envelopes, pages, and what an update may say.

The paths and pages are those of the vendor's specifications (release 2.62.0 of its client); that a list of dashboards
holds no widgets and one of browser tests no steps is theirs, too (`SyntheticsTestDetailsWithoutSteps`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sightline_datadog.documents import Kind
from sightline_datadog.normalise import correction, downtime, gate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One request, before anybody sends it."""

    method: str
    path: str
    query: Query = ()
    body: Any = None


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is cut: the parameters of size and offset, and whether the offset counts pages instead of objects.

    With a `cursor` the answer names the next page itself.
    """

    size_name: str
    size: int
    offset_name: str
    counts_pages: bool = False
    cursor: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a kind lives and how it is spoken to. Bodies in and out are flat: the object's own fields and `id`.

    `path` may hold `{gate_id}`: an object inside another, whose id its body names. `type` is the JSON:API type of a
    kind that travels in an envelope. `fixed` are fields that no update can change, so that another value means another
    object. `partial` says of an entry of a list that parts are missing and it must be read alone. `dead` says of one
    that it only lives on in lists. `family` names the field whose value is a step of the path, but not of the list's.
    `cleared` is what an update must say for a field that the author left out, where leaving it out changes nothing.
    `named` is whether `title` is a name by which an object that is not ours may be taken for one: not where it is a
    text that many share.
    """

    path: str
    title: str
    paging: Paging | None
    type: str = ""
    results: str = ""
    identity: str = "id"
    method: str = "PUT"
    fixed: tuple[str, ...] = ()
    family: str = ""
    bulk_delete: str = ""
    named: bool = True
    cleared: Mapping[str, Any] = field(default_factory=dict)
    partial: Callable[[Mapping[str, Any]], bool] = lambda _body: False
    dead: Callable[[Mapping[str, Any]], bool] = lambda _body: False

    def titled(self, body: Mapping[str, Any]) -> str:
        """Return what a person finds it by, whoever owns it; our own mark in it included."""
        return "/".join(str(body.get(name) or "") for name in self.title.split())

    def create(self, body: Mapping[str, Any]) -> Call:
        """Return the request that makes an object."""
        return Call("POST", self._at(body, self._family(body)), body=self._wrapped(body))

    def update(self, identity: str, body: Mapping[str, Any]) -> Call:
        """Return the request that changes an object into `body`; the fixed fields of JSON:API kinds are left out."""
        kept = {**self.cleared, **body}
        if self.type:
            kept = {key: value for key, value in kept.items() if key not in self.fixed}
        return Call(self.method, self._at(body, self._family(body), identity), body=self._wrapped(kept, identity))

    def delete(self, identity: str, body: Mapping[str, Any] | None = None) -> Call:
        """Return the request that deletes an object; `body` is what is there, for an object inside another."""
        if self.bulk_delete:
            return Call("POST", f"{self.path}/delete", body={self.bulk_delete: [identity]})
        return Call("DELETE", self._at(body or {}, identity))

    def read(self, identity: str, body: Mapping[str, Any] | None = None) -> Call:
        """Return the request for one whole object; `body` is its entry in a list."""
        return Call("GET", self._at(body or {}, self._family(body or {}), identity))

    def page(self, number: int, *, cursor: str = "", parent: str = "") -> Call:
        """Return the request for a page of the list, the first being 0."""
        path = self._at({"gate_id": parent})
        if self.paging is None:
            return Call("GET", path)
        size = (self.paging.size_name, str(self.paging.size))
        if self.paging.cursor:
            return Call("GET", path, (size, *([(self.paging.offset_name, cursor)] if cursor else [])))
        offset = number if self.paging.counts_pages else number * self.paging.size
        return Call("GET", path, (size, (self.paging.offset_name, str(offset))))

    def listed(self, answer: Any) -> list[dict[str, Any]]:
        """Return the objects of a page, the dead among them, too: a page is counted before it is sifted."""
        if answer is None:
            # A list of nothing would have everything created anew.
            raise TypeError("a list has a body")
        found = answer
        for step in self.results.split(".") if self.results else ():
            found = found[step]
        return [self._flat(each) for each in found or []]

    def unwrap(self, answer: Any) -> dict[str, Any]:
        """Return the object of an answer to its creation, its update or a read."""
        data = answer.get("data", answer)
        return self._flat(data[0] if isinstance(data, list) else data)

    @staticmethod
    def next_cursor(answer: Any) -> str:
        """Return where the next page of a list begins; nothing for the last one."""
        return str(answer.get("meta", {}).get("page", {}).get("next_cursor") or "")

    def _family(self, body: Mapping[str, Any]) -> str:
        return str(body.get(self.family) or "") if self.family else ""

    def _at(self, body: Mapping[str, Any], *steps: str) -> str:
        path = self.path.replace("{gate_id}", quote(str(body.get("gate_id") or ""), safe=""))
        return "/".join([path, *(quote(each, safe="") for each in steps if each)])

    def _wrapped(self, body: Mapping[str, Any], identity: str = "") -> dict[str, Any]:
        own = {key: value for key, value in body.items() if f"{{{key}}}" not in self.path}
        if not self.type:
            return own
        return {"data": {**({"id": identity} if identity else {}), "type": self.type, "attributes": own}}

    def _flat(self, body: Mapping[str, Any]) -> dict[str, Any]:
        inside = body.get("attributes")
        if self.type and isinstance(inside, dict):
            return {**inside, "id": str(body["id"])}
        return {**body, "id": str(body[self.identity])} if self.identity in body else dict(body)


def _pages(size: int) -> Paging:
    return Paging("page[limit]", size, "page[offset]")


ENDPOINTS = {
    Kind.SLO: Endpoint(
        "/api/v1/slo", "name", Paging("limit", 1000, "offset"), results="data", fixed=("type",)
    ),
    Kind.SLO_CORRECTION: Endpoint(
        "/api/v1/slo/correction", "description", Paging("limit", 1000, "offset"),
        type="correction", results="data", method="PATCH", fixed=("slo_id",), named=False,
        cleared=correction.DEFAULTS,
    ),
    Kind.MONITOR: Endpoint(
        "/api/v1/monitor", "name", Paging("page_size", 1000, "page", counts_pages=True),
        cleared={"priority": None, "restricted_roles": None},
    ),
    Kind.SYNTHETICS: Endpoint(
        "/api/v1/synthetics/tests", "name", Paging("page_size", 100, "page_number", counts_pages=True),
        results="tests", identity="public_id", family="type", fixed=("type", "subtype"), bulk_delete="public_ids",
        partial=lambda body: body.get("type") in {"browser", "mobile"},
    ),
    Kind.DOWNTIME: Endpoint(
        "/api/v2/downtime", "message", _pages(100), type="downtime", results="data", method="PATCH", named=False,
        cleared=downtime.DEFAULTS,
        dead=lambda body: body.get("status") in {"canceled", "ended"},
    ),
    Kind.NOTIFICATION_RULE: Endpoint(
        "/api/v2/monitor/notification_rule", "name", Paging("per_page", 1000, "page", counts_pages=True),
        type="monitor-notification-rule", results="data", method="PATCH",
    ),
    Kind.POWERPACK: Endpoint(
        "/api/v2/powerpacks", "name", _pages(1000), type="powerpack", results="data", method="PATCH",
        cleared={"template_variables": []},
    ),
    Kind.DASHBOARD: Endpoint(
        "/api/v1/dashboard", "title", Paging("count", 100, "start"), results="dashboards", partial=lambda _body: True
    ),
    Kind.GATE: Endpoint(
        "/api/v2/deployment_gates", "service env identifier", Paging("page[size]", 1000, "page[cursor]", cursor=True),
        type="deployment_gate", results="data", fixed=("service", "env", "identifier"),
        cleared=gate.DEFAULTS,
    ),
    Kind.GATE_RULE: Endpoint(
        "/api/v2/deployment_gates/{gate_id}/rules", "name", None,
        type="deployment_rule", results="data.attributes.rules", fixed=("type", "gate_id"),
        cleared=gate.DEFAULTS,
    ),
}  # fmt: skip
"""The kinds that are listed; a metric's configuration is read and written under the metric's name."""


def metric_path(name: str) -> str:
    """Return where a metric's configuration lives."""
    return f"/api/v2/metrics/{name}/tags"
