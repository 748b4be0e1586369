"""The loop around the pure evaluator: transitions, events, webhook; one broken monitor stops no other."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from sightline_local.config.database import Database
from sightline_local.config.objects import Objects
from sightline_local.config.standings import Standings
from sightline_local.evaluator.loop import Evaluator, Runs
from sightline_local.evaluator.message import Notification
from sightline_local.evaluator.webhook import Webhook

from . import examples
from .kit import NOW, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_local.store import Store

    from .kit import Clock


class World:
    """An evaluator over a real store and a database in memory, run by hand."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.database = Database(None)
        self.objects = Objects(self.database, lambda: int(clock.now * 1000))
        self.standings = Standings(self.database)
        self.told: list[Notification] = []
        self.evaluator = Evaluator(
            self.objects, self.standings, store.source, self.told.append, clock, Runs(every_s=10)
        )

    def monitor(self, number: int, **values: Any) -> None:
        body = examples.monitor(**values)
        self.objects.put("monitor", str(number), {**body, "type": "metric alert", "id": number})

    def hits(self, value: float) -> None:
        self.store.metrics.add(self.store.index.intern("hits", "count", ()) or 0, int(self.clock.now) - 20, value)
        self.store.flush()

    def state(self, number: int) -> str:
        standing = self.standings.of(str(number))
        assert standing is not None
        return str(standing.state)


@pytest.fixture
def world(store: Store, clock: Clock) -> Iterator[World]:
    made = World(store, clock)
    yield made
    made.database.close()


def test_a_monitor_goes_through_its_states_and_each_change_is_told(world: World) -> None:
    """No data, OK, warning, alert, recovery: transitions with their numbers, events, notifications."""
    world.monitor(1)
    for value, expected in ((0, "NO DATA"), (1, "OK"), (2, "WARN"), (4, "ALERT"), (0, "ALERT")):
        if value:
            world.hits(value)
        world.evaluator.run_once()
        assert world.state(1) == expected
    world.clock.now += 600
    world.hits(1)
    world.evaluator.run_once()
    assert world.state(1) == "OK"
    assert [each["to"] for each in world.standings.transitions("1")][:3] == ["OK", "ALERT", "WARN"]
    assert [str(each.after) for each in world.told][-3:] == ["WARN", "ALERT", "OK"]
    alert = next(each for each in world.told if each.after == "ALERT")
    assert (alert.title, alert.text.split()[0]) == ("[Triggered] Too many", "Look.")
    assert [each["state"] for each in world.standings.events(3)] == ["OK", "ALERT", "WARN"]
    assert world.evaluator.runs.runs == 6


def test_a_restart_notifies_nobody_again(world: World) -> None:
    """Where a monitor stood is remembered on disk."""
    world.monitor(1)
    world.hits(9)
    world.evaluator.run_once()
    told = len(world.told)
    again = Evaluator(
        world.objects, Standings(world.database), world.store.source, world.told.append, world.clock, Runs(every_s=10)
    )
    again.run_once()
    assert (len(world.told), world.state(1)) == (told, "ALERT")


def test_a_monitor_that_breaks_is_not_evaluated_and_the_others_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the source raises for one of them."""
    world.monitor(1, query="sum(last_5m):sum:broken{*}.as_count() > 5")
    world.monitor(2)
    world.hits(9)
    sums = world.store.source.sums

    def breaking(requests: Any) -> Any:
        if any(each.query.metric == "broken" for each in requests):
            raise AssertionError("nobody foresaw it")
        return sums(requests)

    monkeypatch.setattr(world.store.source, "sums", breaking)
    series = world.store.source.series

    def breaking_series(query: Any, *rest: Any) -> Any:
        if query.metric == "broken":
            raise AssertionError("nobody foresaw it")
        return series(query, *rest)

    monkeypatch.setattr(world.store.source, "series", breaking_series)
    world.evaluator.run_once()
    assert (world.state(1), world.state(2)) == ("NOT EVALUATED", "ALERT")


class Hook:
    """A web server that remembers what it was sent and answers as it is told, first things first."""

    def __init__(self, answers: list[bytes]) -> None:
        got: list[dict[str, Any]] = []
        self.got = got

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.wfile.write(answers.pop(0) if answers else b"HTTP/1.1 204 No Content\r\n\r\n")

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def told(number: int) -> Notification:
    from sightline_datadog.evaluate.states import State

    return Notification(str(number), f"title {number}", "text", State.OK, State.ALERT, NOW, "because", ("team:shop",))


def test_a_webhook_is_told_in_order_and_again_where_it_failed(world: World) -> None:
    """A 500, an answer that is no HTTP, then success: each notification arrives, none is lost in silence."""
    hook = Hook([b"HTTP/1.1 500 No\r\n\r\n", b"what?\r\n\r\n"])
    webhook = Webhook(hook.url, world.standings, pause=lambda _: None)
    for number in (1, 2):
        webhook(told(number))
    until(lambda: len(hook.got) == 4)
    webhook.stop()
    hook.close()
    assert [each["alert_id"] for each in hook.got] == ["1", "1", "1", "2"]
    assert hook.got[-1] | {"date": 0} == {
        "alert_id": "2", "alert_transition": "Triggered", "alert_type": "error", "title": "title 2", "body": "text",
        "date": 0, "from": "OK", "to": "ALERT", "reason": "because", "tags": ["team:shop"],
    }  # fmt: skip
    assert world.standings.events() == []


def test_what_a_webhook_never_took_is_an_event(world: World) -> None:
    """Nobody listens: after the last attempt it is written down."""
    webhook = Webhook("http://127.0.0.1:1/", world.standings, pause=lambda _: None)
    webhook(told(1))
    webhook.stop()
    (event,) = world.standings.events()
    assert (event["kind"], event["monitor_id"]) == ("webhook", "1")
    assert "title 1" in event["text"]
