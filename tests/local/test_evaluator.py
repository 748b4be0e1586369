"""The loop around the pure evaluator: transitions, events, webhook; one broken monitor stops no other."""

from __future__ import annotations

import json
import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from sightline_local.config.database import Database
from sightline_local.config.objects import Objects
from sightline_local.config.standings import Standings
from sightline_local.evaluator.groups import overall_state, shown_groups
from sightline_local.evaluator.loop import Evaluator, Runs
from sightline_local.evaluator.message import Notification
from sightline_local.evaluator.webhook import Webhook

from . import examples
from .kit import NOW, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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

    def hits(self, value: float, *tags: str) -> None:
        self.store.metrics.add(self.store.index.intern("hits", "count", tags) or 0, int(self.clock.now) - 20, value)
        self.store.flush()

    def look(self, after_s: int = 0) -> list[tuple[str, ...]]:
        """Run once some seconds later; return whom people heard of, group by group."""
        self.clock.now += after_s
        heard = len(self.told)
        self.evaluator.run_once()
        return [(*each.scope, str(each.after)) for each in self.told[heard:]]

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


BY_HOST = "sum(last_5m):sum:hits{*} by {host}.as_count() > 5"


def options(**more: Any) -> dict[str, Any]:
    return {**examples.monitor()["options"], **more}


def test_each_group_has_a_state_and_people_hear_of_each(world: World) -> None:
    """One host alerts and one does not; the monitor is as its worst group, and the vendor's form tells both."""
    world.monitor(1, query=BY_HOST, message="{{host.name}} has {{value}} @slack-{{host.name}}")
    world.hits(9, "host:a")
    world.hits(1, "host:b")
    assert world.look() == [("host:a", "ALERT")]
    assert (world.told[-1].text, world.told[-1].handles) == ("a has 9 @slack-a", ("@slack-a",))
    assert world.told[-1].title == "[Triggered on {host:a}] Too many"
    groups = world.standings.groups("1")
    assert {group: str(each.state) for group, each in groups.items()} == {("host:a",): "ALERT", ("host:b",): "OK"}
    assert world.state(1) == "ALERT"
    shown = shown_groups(groups)["groups"]
    assert (shown["host:a"]["status"], shown["host:b"]["status"]) == ("Alert", "OK")
    assert shown["host:a"]["last_triggered_ts"] == shown["host:a"]["last_notified_ts"] == int(world.clock.now)
    assert overall_state(groups) == "Alert"
    world.objects.delete("monitor", "1")
    assert world.standings.groups("1") == {}


def test_it_is_said_again_while_it_lasts_and_remembered_over_a_restart(world: World) -> None:
    """The interval counts from the last notification, which is on disk."""
    world.monitor(1, options=options(renotify_interval=10))
    world.hits(9)
    assert world.look() == [("ALERT",)]
    world.clock.now += 590
    world.hits(9)
    assert world.look() == []
    world.evaluator = Evaluator(
        world.objects, Standings(world.database), world.store.source, world.told.append, world.clock, Runs(every_s=10)
    )
    assert world.look(10) == [("ALERT",)]
    assert world.told[-1].as_data()["alert_transition"] == "Re-Triggered"
    assert world.look(10) == []


def test_a_downtime_mutes_what_is_told_and_its_end_tells(world: World) -> None:
    """Scheduled for the monitor's tags; the state goes on all the same."""
    now = int(world.clock.now)
    downtime = {
        "id": 5, "start": now - 10, "end": now + 60, "canceled": None, "monitor_id": None,
        "monitor_tags": ["team:shop"], "scope": ["*"], "mute_first_recovery_notification": False,
        "notify_end_states": ["alert"], "notify_end_types": ["expired"],
    }  # fmt: skip
    world.objects.put("downtime", "5", downtime)
    world.monitor(1)
    world.hits(9)
    assert world.look() == []
    assert world.state(1) == "ALERT"
    assert world.look(60) == [("ALERT",)]


def test_a_silenced_scope_mutes_its_group_alone(world: World) -> None:
    """The option of the monitor itself."""
    world.monitor(1, query=BY_HOST, options=options(silenced={"host:a": None}))
    world.hits(9, "host:a")
    world.hits(9, "host:b")
    assert world.look() == [("host:b", "ALERT")]


def test_a_composite_goes_by_the_states_of_the_same_run(world: World) -> None:
    """Both of its parts alert, and so does it, whatever the order in which they were pushed."""
    world.monitor(3, type="composite", query="1 && 2", options=options())
    world.objects.put("monitor", "3", world.objects.get("monitor", "3") | {"type": "composite"})  # type: ignore[operator]
    world.monitor(1)
    world.monitor(2, query="sum(last_5m):sum:hits{*}.as_count() > 6")
    world.hits(9)
    world.look()
    assert [world.state(number) for number in (1, 2, 3)] == ["ALERT"] * 3


def test_a_long_window_is_looked_at_in_every_so_many_runs(world: World) -> None:
    """A run stands for the vendor's minute: a window of a day is looked at in every tenth."""
    world.monitor(1, query="sum(last_1d):sum:hits{*}.as_count() > 5")
    world.hits(1)
    world.look()
    world.hits(9)
    assert [world.look(10) for _ in range(11)] == [[]] * 9 + [[("ALERT",)], []]


def test_how_a_monitor_went_is_told_group_by_group(world: World) -> None:
    """For SLOs that are made of it; before its first look nothing is known."""
    assert world.standings.history("1", 0, NOW) is None
    world.monitor(1, query=BY_HOST)
    world.hits(1, "host:a")
    world.look()
    first = int(world.clock.now)
    world.hits(9, "host:a")
    world.look(10)
    history = world.standings.history("1", first - 100, first + 100)
    assert history is not None
    went = [(at, str(state)) for at, state in history.states["host:a",]]
    assert went == [(first - 100, "NO DATA"), (first, "OK"), (first + 10, "ALERT")]
    later = world.standings.history("1", first + 5, first + 100)
    assert later is not None
    assert [str(state) for _, state in later.states["host:a",]] == ["OK", "ALERT"]


def test_a_monitor_that_never_moved_has_a_history(world: World) -> None:
    """It stood where it first did, since its first look."""
    world.monitor(1)
    world.look()
    first = int(world.clock.now)
    world.look(10)
    history = world.standings.history("1", first - 100, first + 100)
    assert history is not None
    assert (history.since, history.states) == (first, {(): [(first - 100, "NO DATA")]})


def test_what_an_older_backend_remembers_is_taken_over(tmp_path: Path) -> None:
    """The first schema had one standing a monitor: an alert that was told of then is over now, and people hear it."""
    path = tmp_path / "config.sqlite"
    old = sqlite3.connect(path)
    old.executescript(
        "CREATE TABLE object (kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, created_ms INTEGER NOT NULL,"
        " modified_ms INTEGER NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;"
        "CREATE TABLE standing (monitor_id TEXT PRIMARY KEY, state TEXT NOT NULL, since INTEGER NOT NULL,"
        " at INTEGER NOT NULL, reason TEXT NOT NULL, facts TEXT NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE transition (id INTEGER PRIMARY KEY, monitor_id TEXT NOT NULL, at INTEGER NOT NULL,"
        " before TEXT NOT NULL, after TEXT NOT NULL, reason TEXT NOT NULL, facts TEXT NOT NULL,"
        " notified INTEGER NOT NULL);"
        "INSERT INTO standing VALUES ('1', 'ALERT', 50, 90, 'why', '{\"value\": 9}'), ('2', 'OK', 60, 90, '', '{}'),"
        " ('3', 'NO DATA', 70, 90, '', '{}');"
        "INSERT INTO transition VALUES (1, '1', 50, 'OK', 'ALERT', 'why', '{}', 1);"
        "PRAGMA user_version=1;"
    )
    old.close()
    database = Database(path)
    standings = Standings(database)
    alert, well, nothing = (standings.groups(each)[()] for each in "123")
    assert (alert.state, alert.since, alert.told, alert.aloud, alert.values) == (
        "ALERT",
        50,
        "ALERT",
        True,
        {"value": 9},
    )
    assert (well.reported, well.told, nothing.reported) == (60, None, None)
    assert standings.transitions("1")[0]["group"] == []
    database.close()
    Database(path).close()


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

    return Notification(
        str(number), f"title {number}", "text", State.OK, State.ALERT, NOW, "because", ("team:shop",),
        scope=("host:a",), handles=("@here",),
    )  # fmt: skip


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
        "date": 0, "from": "OK", "to": "ALERT", "reason": "because", "tags": ["team:shop"], "alert_scope": "host:a",
        "handles": ["@here"],
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
