"""Where monitors stand, how they got there, and what happened."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.states import Standing, State, Transition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_local.config.database import Database

KEPT_TRANSITIONS = 200
KEPT_EVENTS = 2000


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
        """Return where a monitor stands; None before its first look."""
        return self.all().get(monitor_id)

    def all(self) -> dict[str, Standing]:
        """Return every standing by monitor id."""
        with self._database.transaction() as db:
            rows = db.execute("SELECT * FROM standing").fetchall()
        return {
            row["monitor_id"]: Standing(
                State(row["state"]), row["since"], row["at"], row["reason"], json.loads(row["facts"])
            )
            for row in rows
        }

    def record(self, looked: Sequence[tuple[str, Standing, Transition | None]], events: Sequence[Event]) -> None:
        """Keep the outcome of one run, all of it or nothing."""
        with self._database.transaction() as db:
            for monitor_id, standing, transition in looked:
                db.execute(
                    "INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?, ?)",
                    (monitor_id, standing.state, standing.since, standing.at, standing.reason, _json(standing.values)),
                )
                if transition is not None:
                    db.execute(
                        "INSERT INTO transition (monitor_id, at, before, after, reason, facts, notified)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?)",
                        (
                            monitor_id,
                            transition.at,
                            transition.before,
                            transition.after,
                            transition.reason,
                            _json(transition.values),
                            transition.notifies,
                        ),
                    )
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
                "from": row["before"],
                "to": row["after"],
                "reason": row["reason"],
                "values": json.loads(row["facts"]),
                "notified": bool(row["notified"]),
            }
            for row in rows
        ]

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


def _insert(db: Any, event: Event) -> None:
    db.execute(
        "INSERT INTO event (at_ms, title, text, kind, monitor_id, state, tags) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (event.at_ms, event.title, event.text, event.kind, event.monitor_id, event.state, json.dumps(event.tags)),
    )
    db.execute("DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - ?", (KEPT_EVENTS,))


def _json(values: Any) -> str:
    return json.dumps(dict(values))
