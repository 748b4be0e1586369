"""Holds a recorded conversation with the local backend, with the ids that it gives in the place of the vendor's."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_local.apps import api_app
from sightline_local.backend import Backend
from sightline_local.config.database import Database
from sightline_local.config.objects import Objects
from sightline_local.config.standings import Standings
from sightline_local.evaluator.loop import Runs
from sightline_local.guard import Rules
from sightline_local.intake import Intake

from .comparing import differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from starlette.types import ASGIApp

    from sightline_local.store import Store

    from .recordings import Exchange, Recording


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one request of a recording went; nothing differs where it replays."""

    recording: str
    exchange: Exchange
    differs: tuple[str, ...]


def replay(conversations: Iterable[Recording], store: Store) -> Iterator[Outcome]:
    """Hold each conversation with an empty backend whose clock stands at the recorded time."""
    intake = Intake(store)
    for one in conversations:
        yield from _converse(one, store, intake)


def _converse(one: Recording, store: Store, intake: Intake) -> Iterator[Outcome]:
    database = Database(None)
    objects = Objects(database, lambda: int(one.at_s * 1000))
    backend = Backend(store, intake, objects, Standings(database), Runs(3600.0), lambda: one.at_s)
    app = api_app(backend, Rules())
    ids: dict[str, str] = {}
    try:
        for exchange in one.exchanges:
            status, body = ask(app, exchange.method, _text(exchange.target, ids), _ours(exchange.sent, ids))
            learn(exchange.came, body, ids)
            if exchange.family:
                yield Outcome(one.name, exchange, tuple(_compare(exchange, status, body, ids)))
    finally:
        database.close()


def _compare(exchange: Exchange, status: int, body: Any, ids: dict[str, str]) -> list[str]:
    if status != exchange.status:
        return [f"{exchange.status} recorded, {status} here: {json.dumps(body)[:200]}"]
    recorded = _ours(exchange.came, ids)
    if exchange.method == "GET":
        mine = _ids_in(body) & set(ids.values())
        recorded, body = _only(recorded, mine), _only(body, mine)
        return sorted(each for each in differences(recorded, body) if not _LIVE.search(each))
    return sorted(differences(recorded, body))


_LIVE = re.compile(r"\.overall_state: '[^']+' recorded, 'No Data' here$")
"""A monitor that is read stands as the data of the vendor's organisation said; here there is none."""


def _ids_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {found} if (found := _id(value)) else set()
        return own.union(*(_ids_in(each) for each in value.values()))
    return set().union(*(_ids_in(each) for each in value)) if isinstance(value, list) else set()


def _only(value: Any, mine: set[str], depth: int = 0) -> Any:
    """Leave out of a list's answer what others made in the vendor's organisation, and how much of it there is."""
    if isinstance(value, list) and depth < _LIST_DEPTH:
        if any(isinstance(each, dict) and each.keys() == {"count", "name"} for each in value):
            return []
        ids = [_id(each) for each in value]
        if any(ids):
            return [each for each, own in zip(value, ids, strict=True) if own in mine]
        return value
    if isinstance(value, dict) and depth < _LIST_DEPTH and not (_id(value) and "data" not in value):
        return {
            key: 0 if key in _TOTALS and isinstance(each, int) else _only(each, mine, depth + 1)
            for key, each in value.items()
        }
    return value


_LIST_DEPTH = 4
_TOTALS = frozenset({"total_count", "total_filtered_count", "total", "page_count", "last_offset", "last_number"})


def _id(value: Any) -> str | None:
    """Return whose it is: its own id, or that of the monitor whose group it is."""
    if not isinstance(value, dict):
        return None
    found = value.get("id") or value.get("public_id") or _id(value.get("data"))
    found = found or (value.get("monitor_id") if "group_tags" in value else None)
    return None if found is None else str(found)


_IDS = re.compile(r"(.*_)?(id|uuid)s?")


def learn(recorded: Any, ours: Any, ids: dict[str, str], key: str = "") -> None:
    """Remember which id of ours stands for which of the vendor's."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        for name in recorded.keys() & ours.keys():
            learn(recorded[name], ours[name], ids, name)
    elif isinstance(recorded, list) and isinstance(ours, list) and len(recorded) == len(ours):
        for left, right in zip(recorded, ours, strict=True):
            learn(left, right, ids, key)
    elif _IDS.fullmatch(key) and isinstance(recorded, str | int) and isinstance(ours, str | int):
        _remember(str(recorded), str(ours), ids)


def _remember(recorded: str, ours: str, ids: dict[str, str]) -> None:
    if len(recorded) >= _SHORTEST_ID and recorded != ours:
        ids.setdefault(recorded, ours)


_SHORTEST_ID = 5
"""What is shorter stands in texts by accident."""


def _text(text: str, ids: dict[str, str]) -> str:
    for recorded, ours in ids.items():
        text = re.sub(rf"(?<![0-9A-Za-z]){re.escape(recorded)}(?![0-9A-Za-z])", lambda _: ours, text)  # noqa: B023 - called at once
    return text


def _ours(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _ours(each, ids) for key, each in value.items()}
    if isinstance(value, list):
        return [_ours(each, ids) for each in value]
    if isinstance(value, str):
        return _text(value, ids)
    if isinstance(value, int) and not isinstance(value, bool) and (found := ids.get(str(value), "")).isdigit():
        return int(found)
    return value


def ask(app: ASGIApp, method: str, target: str, body: Any) -> tuple[int, Any]:
    """Send a request and return status and body."""
    path, _, query = target.partition("?")
    raw = b"" if body is None else json.dumps(body).encode()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path.replace("%3A", ":"),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    status, chunks = 0, []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": raw, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            chunks.append(message.get("body", b""))

    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]  # an ASGI application is a coroutine function
    content = b"".join(chunks)
    try:
        return status, json.loads(content) if content else None
    except ValueError:
        return status, content.decode("utf-8", "replace")
