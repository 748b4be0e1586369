"""SLOs, monitors, dashboards and metric configurations as they were pushed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_local.config.database import Database


class Objects:
    """Bodies by kind and id, in the order of their creation."""

    def __init__(self, database: Database, clock_ms: Callable[[], int]) -> None:
        self._database = database
        self._clock_ms = clock_ms

    def put(self, kind: str, object_id: str, body: Mapping[str, Any]) -> None:
        """Create or replace."""
        now = self._clock_ms()
        with self._database.transaction() as db:
            db.execute(
                # Of two in the same millisecond the later stays the later.
                "INSERT INTO object VALUES (?1, ?2, ?3,"
                " max(?4, (SELECT coalesce(max(created_ms) + 1, 0) FROM object WHERE kind = ?1)), ?4)"
                " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body, modified_ms = excluded.modified_ms",
                (kind, object_id, json.dumps(body), now),
            )

    def get(self, kind: str, object_id: str) -> dict[str, Any] | None:
        """Return a body; None where there is none."""
        with self._database.transaction() as db:
            row = db.execute("SELECT body FROM object WHERE kind = ? AND id = ?", (kind, object_id)).fetchone()
        return json.loads(row["body"]) if row else None

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Return every body of a kind."""
        with self._database.transaction() as db:
            rows = db.execute("SELECT body FROM object WHERE kind = ? ORDER BY created_ms, id", (kind,)).fetchall()
        return [json.loads(row["body"]) for row in rows]

    def delete(self, kind: str, object_id: str) -> bool:
        """Delete; say whether there was something."""
        with self._database.transaction() as db:
            if kind == "monitor":
                db.execute("DELETE FROM standing WHERE monitor_id = ?", (object_id,))
            return db.execute("DELETE FROM object WHERE kind = ? AND id = ?", (kind, object_id)).rowcount > 0

    def next_number(self, name: str, first: int) -> int:
        """Return the next of a row of numbers that are never used twice."""
        with self._database.transaction() as db:
            row = db.execute(
                "INSERT INTO counter VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
                (name, first),
            ).fetchone()
        return int(row["value"])
