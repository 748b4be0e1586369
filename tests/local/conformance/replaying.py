"""Holds a recorded conversation with the local backend, with the ids that it gives in the place of the vendor's."""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict
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

from .comparing import differences, keys

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
    found = list(conversations)
    seen: dict[str, set[str]] = defaultdict(set)
    for exchange in (each for one in found for each in one.exchanges):
        seen[f"{exchange.call} {exchange.status}"].update(keys(exchange.came))
    intake = Intake(store)
    for one in found:
        yield from _converse(one, store, intake, seen)


def _converse(one: Recording, store: Store, intake: Intake, seen: dict[str, set[str]]) -> Iterator[Outcome]:
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
                yield Outcome(one.name, exchange, tuple(_compare(exchange, status, body, ids, seen)))
    finally:
        database.close()


def _compare(exchange: Exchange, status: int, body: Any, ids: dict[str, str], seen: dict[str, set[str]]) -> list[str]:
    if status != exchange.status:
        return [f"{exchange.status} recorded, {status} here: {json.dumps(body)[:200]}"]
    recorded = _ours(exchange.came, ids)
    known = seen[f"{exchange.call} {exchange.status}"]
    return sorted(differences(_only_ours(recorded, body), body, known))


def _only_ours(recorded: Any, body: Any) -> Any:
    """Leave out of a list what others made in the vendor's organisation: what no id of ours stands for."""
    if isinstance(recorded, list) and isinstance(body, list):
        mine = {_id(each) for each in body} - {None}
        same = [each for each in recorded if _id(each) in mine]
        return same if mine and len(same) < len(recorded) else recorded
    if isinstance(recorded, dict) and isinstance(body, dict):
        return {key: _only_ours(value, body.get(key)) if key != "widgets" else value for key, value in recorded.items()}
    return recorded


def _id(value: Any) -> str | None:
    found = (value.get("id") or value.get("public_id") or _id(value.get("data"))) if isinstance(value, dict) else None
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
        if len(str(recorded)) >= 5 and str(recorded) != str(ours):
            ids.setdefault(str(recorded), str(ours))


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
