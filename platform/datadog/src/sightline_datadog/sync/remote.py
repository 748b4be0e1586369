"""What is there: every object that is ours, and those that could be taken for one of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.ownership import Mark, read_mark
from sightline_datadog.references import references
from sightline_datadog.sync.answers import taken
from sightline_datadog.sync.endpoints import ENDPOINTS, Endpoint, metric_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

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
            titles = {str(each.body.get(endpoint.title)) for each in desired if each.kind is kind}
            found += _listed(transport, kind, endpoint, titles)
    for document in desired:
        if document.kind is Kind.METRIC:
            progress(f"reading the configuration of {document.key}")
            found += _metric(transport, document.key)
    return found


def _listed(transport: Transport, kind: Kind, endpoint: Endpoint, titles: set[str]) -> list[RemoteObject]:
    size_name, size, offset_name, counts_pages = endpoint.page
    objects: list[RemoteObject] = []
    number = 0
    while True:
        offset = number if counts_pages else number * size
        query = ((size_name, str(size)), (offset_name, str(offset)))
        page = taken(transport.request("GET", endpoint.path, query=query), endpoint.listed, f"list {kind}s")
        for body in page:
            mark = read_mark(kind, body)
            whole = body
            title = str(body.get(endpoint.title) or "")
            if endpoint.summaries and (mark or title in titles):
                answer = transport.request("GET", f"{endpoint.path}/{body['id']}")
                if answer.status == 404:  # deleted since it was listed
                    continue
                whole = taken(answer, endpoint.unwrap, f"read {kind} {body['id']}")
                mark = read_mark(kind, whole)
            objects.append(RemoteObject(kind, str(body["id"]), title, whole, mark))
        if len(page) < size:
            return objects
        number += 1


def _metric(transport: Transport, name: str) -> list[RemoteObject]:
    answer = transport.request("GET", metric_path(name))
    if answer.status == 404:
        return []
    attributes = taken(answer, _attributes, f"read the configuration of {name}")
    return [RemoteObject(Kind.METRIC, name, name, attributes, None)]


def _attributes(answer: Any) -> Mapping[str, Any]:
    return answer["data"].get("attributes") or {}
