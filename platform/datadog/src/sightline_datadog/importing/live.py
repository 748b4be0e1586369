"""Objects out of an organisation: by id, by the address that a browser shows, by title, or all of them."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from sightline_core.errors import SightlineError
from sightline_datadog.documents import Kind
from sightline_datadog.importing.found import Found
from sightline_datadog.ownership import without_mark
from sightline_datadog.sync.answers import taken
from sightline_datadog.sync.endpoints import ENDPOINTS
from sightline_datadog.sync.parallel import ordered
from sightline_datadog.sync.remote import WORKERS, list_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sightline_datadog.wire import Transport

_PAGES = (
    (re.compile(r"/monitors/(\d+)"), Kind.MONITOR),
    (re.compile(r"/(?:dashboard|dash|screen)/(?:integration/)?([a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3})"), Kind.DASHBOARD),
    (re.compile(r"/synthetics/(?:details|edit)/([a-z0-9-]+)"), Kind.SYNTHETICS),
    (re.compile(r"/slo/([0-9a-f]{32})"), Kind.SLO),
)
_SHAPES = (
    (re.compile(r"\d+"), (Kind.MONITOR,)),
    (re.compile(r"[0-9a-f]{32}"), (Kind.SLO,)),
    (re.compile(r"[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}"), (Kind.DASHBOARD, Kind.SYNTHETICS)),
)
"""What ids look like; a dashboard's and a test's look the same."""


def addressed(text: str) -> list[tuple[Kind, str]]:
    """Return what a word may mean: an address of the vendor's pages, `kind:id`, or an id; the likeliest first."""
    if "://" in text:
        parts = urlsplit(text)
        slo = parse_qs(parts.query).get("slo_id")
        if slo:
            return [(Kind.SLO, slo[0])]
        return [(kind, found[1]) for page, kind in _PAGES if (found := page.search(parts.path))][:1]
    kind, colon, identity = text.partition(":")
    if colon and kind in set(Kind):
        return [(Kind(kind), identity)]
    return [(kind, text) for shape, kinds in _SHAPES if shape.fullmatch(text) for kind in kinds]


def named(transport: Transport, words: Iterable[str]) -> list[Found]:
    """Read the objects that some words mean.

    Raises:
        SightlineError: a word means nothing, or what it means is not there.
    """
    return [_one(transport, word) for word in words]


def _one(transport: Transport, word: str) -> Found:
    meant = addressed(word)
    if not meant:
        raise SightlineError(
            f"`{word}` is neither a file nor an object",
            help="give a file, an address of Datadog's pages, an id, or KIND:ID such as slo:0123…",
        )
    for kind, identity in meant:
        endpoint = ENDPOINTS[kind]
        call = endpoint.read(identity)
        answer = transport.request(call.method, call.path, query=call.query)
        if answer.status != 404:
            return Found(kind, _read(transport, kind, taken(answer, endpoint.unwrap, f"read {kind} {identity}")))
    why = " or ".join(kind for kind, _ in meant) + ": not found"
    raise SightlineError(
        f"there is no object {word}", why=why, help="look at the id, and at which organisation is asked"
    )


def _read(transport: Transport, kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    """Read a browser test where its steps are, which is not where its id alone leads."""
    endpoint = ENDPOINTS[kind]
    if not endpoint.family or not endpoint.partial(body):
        return body
    call = endpoint.read(body["id"], body)
    return taken(transport.request(call.method, call.path), endpoint.unwrap, f"read {kind} {body['id']}")


def open_to_us(transport: Transport, kinds: Sequence[Kind], tell: Callable[[str], None]) -> list[Kind]:
    """Return the kinds that the keys may list; one that is asked for alone is not forgiven."""
    if len(kinds) < 2:
        return list(kinds)
    found = []
    for kind in kinds:
        call = ENDPOINTS[kind].page(0) if kind is not Kind.GATE_RULE else ENDPOINTS[Kind.GATE].page(0)
        answer = transport.request(call.method, call.path, query=call.query)
        if answer.status in {403, 404}:
            tell(f"{kind}s are left out: {answer.errors}")
        else:
            found.append(kind)
    return found


def matching(transport: Transport, kinds: Iterable[Kind], pattern: str) -> list[Found]:
    """Read every object of some kinds whose title fits a pattern; monitors that belong to a test come with it."""
    entries = [
        (kind, each)
        for kind in kinds
        for each in list_entries(transport, kind)
        if "id" in each and not ENDPOINTS[kind].dead(each) and each.get("type") != "synthetics alert"
        if fnmatchcase(without_mark(ENDPOINTS[kind].titled(each)), pattern)
    ]

    def whole(entry: tuple[Kind, Mapping[str, Any]]) -> Found:
        kind, body = entry
        endpoint = ENDPOINTS[kind]
        if endpoint.partial(body):
            call = endpoint.read(body["id"], body)
            body = taken(transport.request(call.method, call.path), endpoint.unwrap, f"read {kind} {body['id']}")
        return Found(kind, body)

    return list(ordered(whole, entries, WORKERS))
