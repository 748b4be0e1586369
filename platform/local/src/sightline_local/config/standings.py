"""Where the groups of monitors stand, how they got there, and what happened."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.look import History
from sightline_datadog.evaluate.machine import leading
from sightline_datadog.evaluate.states import Standing, State

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.evaluate.machine import Moved
    from sightline_datadog.evaluate.states import Transition
    from sightline_local.config.database import Database

KEPT_TRANSITIONS = 200
KEPT_EVENTS = 2000
_COLUMNS = ("state", "since", "at", "reason", "values")
_MEMORY = tuple(each.name for each in fields(Standing) if each.name not in _COLUMNS)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `at_ms` in milliseconds of Unix time."""

    at_ms: int
    title: str
    text: str
    kind: str
    monitor_id: str | None = None
    state: str | None = None
    tags: tuple[str, ...] = ()


class Standings:
    """The evaluator's memory; it survives a restart, so that a restart notifies nobody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, monitor_id: str) -> Standing | None:
        """Return where a monitor stands, that is where its worst group does; None before its first look."""
        return leading(self.groups(monitor_id))

    def all(self) -> dict[str, Standing]:
        """Return where every monitor stands, by its id."""
        found = {monitor_id: leading(groups) for monitor_id, groups in self.every().items()}
        return {monitor_id: standing for monitor_id, standing in found.items() if standing is not None}

    def groups(self, monitor_id: str) -> dict[Group, Standing]:
        """Return where each group of a monitor stands; a simple monitor's only one is `()`."""
        with self._database.transaction() as db:
            rows = db.execute("SELECT * FROM standing WHERE monitor_id = ?", (monitor_id,)).fetchall()
        return {_group(row): _standing(row) for row in rows}

    def every(self) -> dict[str, dict[Group, Standing]]:
        """Return where each group of every monitor stands, by the monitor's id."""
        with self._database.transaction() as db:
            rows = db.execute("SELECT * FROM standing").fetchall()
        found: dict[str, dict[Group, Standing]] = {}
        for row in rows:
            found.setdefault(row["monitor_id"], {})[_group(row)] = _standing(row)
        return found

    def record(self, moved: Mapping[str, Moved], events: Sequence[Event]) -> None:
        """Keep the outcome of one run by monitor id, all of it or nothing."""
        with self._database.transaction() as db:
            for monitor_id, each in moved.items():
                _keep(db, monitor_id, each.standings)
                for transition in each.transitions:
                    _add(db, monitor_id, transition)
                if each.transitions:
                    db.execute(
                        "DELETE FROM transition WHERE monitor_id = ? AND id NOT IN"
                        " (SELECT id FROM transition WHERE monitor_id = ? ORDER BY id DESC LIMIT ?)",
                        (monitor_id, monitor_id, KEPT_TRANSITIONS),
                    )
            for event in events:
                _insert(db, event)

    def add_event(self, event: Event) -> None:
        """Keep one event."""
        with self._database.transaction() as db:
            _insert(db, event)

    def transitions(self, monitor_id: str, limit: int = 50) -> list[dict[str, Any]]:
        """Return a monitor's last changes of state, the newest first."""
        with self._database.transaction() as db:
            rows = db.execute(
                "SELECT * FROM transition WHERE monitor_id = ? ORDER BY id DESC LIMIT ?", (monitor_id, limit)
            ).fetchall()
        return [
            {
                "at": row["at"] * 1000,
                "group": json.loads(row["tags"]),
                "from": row["before"],
                "to": row["after"],
                "reason": row["reason"],
                "values": json.loads(row["facts"]),
                "notified": bool(row["notified"]),
            }
            for row in rows
        ]

    def history(self, monitor_id: str, start: int, end: int) -> History | None:
        """Return how a monitor's groups went between two seconds; None before its first look.

        It reaches back as far as the transitions that are kept: before the oldest, a group was in that one's `before`.
        """
        with self._database.transaction() as db:
            rows = db.execute(
                "SELECT * FROM transition WHERE monitor_id = ? AND at < ? ORDER BY id", (monitor_id, end)
            ).fetchall()
        if not rows:
            # It stands where it first did.
            kept = {group: each for group, each in self.groups(monitor_id).items() if each.since < end}
            first = min((each.since for each in kept.values()), default=None)
            states_now = {group: [(start, each.state)] for group, each in kept.items()}
            return None if first is None else History(states_now, first)
        states: dict[Group, list[tuple[int, State]]] = {}
        for row in rows:
            found = states.setdefault(_group(row), [(start, State(row["before"]))])
            if row["at"] <= start:
                found[:] = [(start, State(row["after"]))]
            else:
                found.append((row["at"], State(row["after"])))
        return History(states, rows[0]["at"])

    def events(self, limit: int = 100) -> list[dict[str, Any]]:
        """Return the last events, the newest first."""
        with self._database.transaction() as db:
            rows = db.execute("SELECT * FROM event ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
        return [
            {
                "id": row["id"],
                "at": row["at_ms"],
                "title": row["title"],
                "text": row["text"],
                "kind": row["kind"],
                "monitor_id": row["monitor_id"],
                "state": row["state"],
                "tags": json.loads(row["tags"]),
            }
            for row in rows
        ]


def _group(row: sqlite3.Row) -> Group:
    return tuple(json.loads(row["tags"]))


def _standing(row: sqlite3.Row) -> Standing:
    memory = json.loads(row["memory"])
    told, muted = memory.get("told"), memory.get("muted")
    kept = {name: memory[name] for name in _MEMORY if name in memory} | {
        "told": State(told) if told else None,
        "muted": None if muted is None else float(muted),
    }
    values = json.loads(row["facts"])
    return Standing(State(row["state"]), row["since"], row["at"], row["reason"], values, **kept)


def _keep(db: sqlite3.Connection, monitor_id: str, standings: Mapping[Group, Standing]) -> None:
    db.execute("DELETE FROM standing WHERE monitor_id = ?", (monitor_id,))
    for group, each in standings.items():
        memory = {name: getattr(each, name) for name in _MEMORY}
        # JSON has no infinity; a mute without end is told by a text.
        memory["muted"] = None if each.muted is None else str(each.muted)
        db.execute(
            "INSERT INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                monitor_id,
                json.dumps(group),
                each.state,
                each.since,
                each.at,
                each.reason,
                _json(each.values),
                json.dumps(memory),
            ),
        )


def _add(db: sqlite3.Connection, monitor_id: str, transition: Transition) -> None:
    db.execute(
        "INSERT INTO transition (monitor_id, at, before, after, reason, facts, notified, tags)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            monitor_id,
            transition.at,
            transition.before,
            transition.after,
            transition.reason,
            _json(transition.values),
            transition.notifies,
            json.dumps(transition.group),
        ),
    )


def _insert(db: sqlite3.Connection, event: Event) -> None:
    db.execute(
        "INSERT INTO event (at_ms, title, text, kind, monitor_id, state, tags) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (event.at_ms, event.title, event.text, event.kind, event.monitor_id, event.state, json.dumps(event.tags)),
    )
    db.execute("DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - ?", (KEPT_EVENTS,))


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values))
