"""What is there: every object that is ours, and those that could be taken for one of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.ownership import Mark, read_mark
from sightline_datadog.references import references
from sightline_datadog.sync.answers import taken
from sightline_datadog.sync.endpoints import ENDPOINTS, Call, Endpoint, metric_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sightline_datadog.documents import Document
    from sightline_datadog.transport import Transport


@dataclass(frozen=True, slots=True)
class RemoteObject:
    """An object as the vendor gives it, and whose it says it is."""

    kind: Kind
    id: str
    title: str
    body: Mapping[str, Any]
    mark: Mark | None


def read_remote(
    transport: Transport,
    desired: Sequence[Document],
    kinds: Iterable[Kind],
    progress: Callable[[str], None] = lambda _text: None,
) -> list[RemoteObject]:
    """Read the kinds that are pushed, and those that the documents refer to.

    Raises:
        SightlineError: the API refused or did not answer.
    """
    named = {kind for document in desired for kind, _ in references(document.body)}
    wanted = {*kinds, *named}
    found: list[RemoteObject] = []
    for kind, endpoint in ENDPOINTS.items():
        if kind in wanted:
            progress(f"reading {kind}s")
            titles = {endpoint.titled(each.body) for each in desired if each.kind is kind}
            found += _listed(transport, kind, endpoint, titles)
    for document in desired:
        if document.kind is Kind.METRIC:
            progress(f"reading the configuration of {document.key}")
            found += _metric(transport, document.key)
    return found


def _listed(transport: Transport, kind: Kind, endpoint: Endpoint, titles: set[str]) -> list[RemoteObject]:
    objects: list[RemoteObject] = []
    for body in _entries(transport, kind, endpoint):
        mark, title, whole = read_mark(kind, body), endpoint.titled(body), body
        if endpoint.dead(body) or "id" not in body:
            continue
        if endpoint.partial(body) and (mark or title in titles):
            answer = transport.request(*_plain(endpoint.read(body["id"], body)))
            if answer.status == 404:  # deleted since it was listed
                continue
            whole = taken(answer, endpoint.unwrap, f"read {kind} {body['id']}")
            mark = read_mark(kind, whole)
        objects.append(RemoteObject(kind, body["id"], title, whole, mark))
    return objects


def _entries(transport: Transport, kind: Kind, endpoint: Endpoint) -> Iterator[dict[str, Any]]:
    """Yield every entry of a kind's list; of a kind inside another, the lists of each of the latter."""
    parents = [""]
    if kind is Kind.GATE_RULE:
        parents = [each["id"] for each in _entries(transport, Kind.GATE, ENDPOINTS[Kind.GATE])]
    for parent in parents:
        number, cursor, more = 0, "", True
        while more:
            call = endpoint.page(number, cursor=cursor, parent=parent)
            answer = transport.request("GET", call.path, query=call.query)
            page = taken(answer, endpoint.listed, f"list {kind}s")
            yield from page
            number += 1
            cursor = endpoint.next_cursor(answer.body) if endpoint.paging and endpoint.paging.cursor else ""
            more = bool(cursor) or (
                endpoint.paging is not None and not endpoint.paging.cursor and len(page) >= endpoint.paging.size
            )


def _plain(call: Call) -> tuple[str, str]:
    return call.method, call.path


def _metric(transport: Transport, name: str) -> list[RemoteObject]:
    answer = transport.request("GET", metric_path(name))
    if answer.status == 404:
        return []
    attributes = taken(answer, _attributes, f"read the configuration of {name}")
    return [RemoteObject(Kind.METRIC, name, name, attributes, None)]


def _attributes(answer: Any) -> Mapping[str, Any]:
    return answer["data"].get("attributes") or {}
