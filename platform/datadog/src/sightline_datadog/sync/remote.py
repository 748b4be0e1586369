"""What is there: every object that is ours, and those that could be taken for one of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.ownership import TEXT, Mark, read_mark
from sightline_datadog.references import references
from sightline_datadog.sync.answers import taken
from sightline_datadog.sync.cache import Cache, no_cache
from sightline_datadog.sync.endpoints import ENDPOINTS, metric_path
from sightline_datadog.sync.parallel import ordered
from sightline_datadog.sync.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sightline_datadog.documents import Document
    from sightline_datadog.wire import Transport

WORKERS = 8
"""Requests under way at once."""


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
    *,
    cache: Cache | None = None,
    project: str | None = None,
    workers: int = WORKERS,
) -> list[RemoteObject]:
    """Read the kinds that are pushed, and those that the documents refer to.

    Kinds are listed whole. Of a list that leaves parts out, what is ours or bears a document's title is read one by
    one, unless `cache` knows it as it was last changed; `project` says whose is ours, None for everybody's.

    Raises:
        SightlineError: the API refused or did not answer.
    """
    named = {kind for document in desired for kind, _ in references(document.body)}
    wanted = [kind for kind in ENDPOINTS if kind in {*kinds, *named}]
    metrics = list(dict.fromkeys(each.key for each in desired if each.kind is Kind.METRIC))
    reader = _Reader(transport, cache or no_cache(), Progress("reading", progress), project)
    try:
        titles = {kind: {ENDPOINTS[kind].titled(each.body) for each in desired if each.kind is kind} for kind in wanted}
        reader.progress.expect(len(wanted) + len(metrics))
        lists = list(ordered(reader.entries, wanted, workers))
        entries = [(kind, each) for kind, found in zip(wanted, lists, strict=True) for each in found]
        alone = [pair for pair in entries if reader.must_read(*pair, titles[pair[0]])]
        reader.progress.expect(len(alone))
        whole = {
            (kind, each["id"]): body
            for (kind, each), body in zip(alone, ordered(reader.read, alone, workers), strict=True)
        }
        found = [
            made for kind, each in entries if (made := reader.made(kind, each, whole.get((kind, each["id"]), each)))
        ]
        for each in ordered(reader.metric, metrics, workers):
            found += each
    finally:
        reader.cache.save()
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    transport: Transport
    cache: Cache
    progress: Progress
    project: str | None

    def entries(self, kind: Kind) -> list[dict[str, Any]]:
        """Return what a kind's list holds of the living."""
        endpoint = ENDPOINTS[kind]
        found = [each for each in list_entries(self.transport, kind) if "id" in each and not endpoint.dead(each)]
        self.cache.keep_only(kind, {each["id"] for each in found})
        self.progress.step()
        return found

    def must_read(self, kind: Kind, entry: Mapping[str, Any], titles: set[str]) -> bool:
        """Whether an entry leaves parts out and belongs to somebody who matters."""
        endpoint = ENDPOINTS[kind]
        if not endpoint.partial(entry):
            return False
        if str(entry.get(TEXT.get(kind, "")) or "").endswith(("…", "...")):
            return True  # a text that a list cut off may have held our mark
        mark = read_mark(kind, entry)
        return (mark is not None and self.project in {None, mark.project}) or endpoint.titled(entry) in titles

    def read(self, pair: tuple[Kind, Mapping[str, Any]]) -> Mapping[str, Any] | None:
        """Return the whole object of an entry; None where it was deleted since it was listed."""
        kind, entry = pair
        known = self.cache.get(kind, entry["id"], entry.get("modified_at"))
        if known is None:
            endpoint = ENDPOINTS[kind]
            call = endpoint.read(entry["id"], entry)
            answer = self.transport.request(call.method, call.path, query=call.query)
            if answer.status != 404:
                known = taken(answer, endpoint.unwrap, f"read {kind} {entry['id']}")
                self.cache.put(kind, entry["id"], known.get("modified_at"), known)
        self.progress.step()
        return known

    @staticmethod
    def made(kind: Kind, entry: Mapping[str, Any], body: Mapping[str, Any] | None) -> RemoteObject | None:
        """Return the object."""
        if body is None:
            return None
        return RemoteObject(kind, entry["id"], ENDPOINTS[kind].titled(entry), body, read_mark(kind, body))

    def metric(self, name: str) -> list[RemoteObject]:
        """Return the configuration of a metric, if it has one."""
        answer = self.transport.request("GET", metric_path(name))
        self.progress.step()
        if answer.status == 404:
            return []
        attributes = taken(answer, _attributes, f"read the configuration of {name}")
        return [RemoteObject(Kind.METRIC, name, name, attributes, None)]


def list_entries(transport: Transport, kind: Kind) -> Iterator[dict[str, Any]]:
    """Yield every entry of a kind's list; of a kind inside another, the lists of each of the latter.

    Raises:
        SightlineError: the API refused or did not answer.
    """
    endpoint = ENDPOINTS[kind]
    parents = [""]
    if kind is Kind.GATE_RULE:
        parents = [each["id"] for each in list_entries(transport, Kind.GATE)]
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


def _attributes(answer: Any) -> Mapping[str, Any]:
    return answer["data"].get("attributes") or {}
