"""Whole objects that were read before, by the time of their last change: one request a dashboard is many.

The vendor allows sixty reads of a dashboard a minute (datadog-api-client-python#1923), and its list says when each was
changed. A cache is a convenience: one that is broken, old or of another form is as none.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline_core import atomic
from sightline_datadog.documents import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from sightline_datadog.settings import Target
    from sightline_datadog.sync.remote import RemoteObject

VERSION = 1
SETTLED_S = 5.0
"""An object that changed a moment ago may change again within the same second, and its time would not tell."""


class Cache:
    """What was read of one target. Threads share one; nothing is written before `save`."""

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._known, self._looks = _load(path) if path else ({}, {})
        self._dirty = False

    def get(self, kind: Kind, identity: str, modified: object) -> dict[str, Any] | None:
        """Return the object as it was read, if it has not changed since."""
        found = self._known.get(f"{kind}/{identity}")
        if modified is None or found is None or found["modified_at"] != modified:
            return None
        body: dict[str, Any] = found["body"]
        return body

    def put(self, kind: Kind, identity: str, modified: object, body: Mapping[str, Any]) -> None:
        """Keep an object, unless it has only just changed."""
        changed = _seconds(modified)
        if changed is None or self._clock() - changed < SETTLED_S:
            return
        with self._lock:
            self._known[f"{kind}/{identity}"] = {"modified_at": modified, "body": dict(body)}
            self._dirty = True

    def keep_only(self, kind: Kind, identities: Collection[str]) -> None:
        """Forget the objects of a kind that are no longer there."""
        gone = [
            name for name in self._known if name.startswith(f"{kind}/") and name.partition("/")[2] not in identities
        ]
        with self._lock:
            for name in gone:
                del self._known[name]
                self._dirty = True

    def ours(self, project: str) -> dict[Kind, int]:
        """Return how many objects of a project there were, by kind, when this machine looked last."""
        return {Kind(kind): count for kind, count in self._looks.get(project, {}).items() if kind in set(Kind)}

    def remember(self, project: str, remote: Iterable[RemoteObject], kinds: Iterable[Kind]) -> None:
        """Note how many objects of a project there are, of the kinds that were read, and save."""
        marks = [found.mark for found in remote if found.mark is not None and found.mark.project == project]
        counts = Counter(str(mark.kind) for mark in marks)
        self._look(project, dict.fromkeys(map(str, kinds), 0) | dict(counts))

    def changed(self, project: str, made: Iterable[Kind], deleted: Iterable[Kind]) -> None:
        """Note what was made and deleted since, and save: what we deleted and is no longer listed is no riddle."""
        counts = Counter(
            {Kind(kind): count for kind, count in self._looks.get(project, {}).items() if kind in set(Kind)}
        )
        counts.update(made)
        counts.subtract(deleted)
        self._look(project, {str(kind): max(count, 0) for kind, count in counts.items()})

    def _look(self, project: str, counts: Mapping[str, int]) -> None:
        look = {**self._looks.get(project, {}), **counts}
        with self._lock:
            self._dirty = self._dirty or look != self._looks.get(project)
            self._looks[project] = look
        self.save()

    def save(self) -> None:
        """Write what is new; that it cannot be written costs time, and nothing else."""
        with self._lock, contextlib.suppress(OSError):
            if self._path is not None and self._dirty:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                text = json.dumps(
                    {"version": VERSION, "looks": self._looks, "objects": self._known}, separators=(",", ":")
                )
                atomic.write_text(self._path, text)
                self._dirty = False


def no_cache() -> Cache:
    """Return one that remembers nothing between runs."""
    return Cache(None)


def open_cache(target: Target, environ: Mapping[str, str] = os.environ) -> Cache:
    """Return the cache of a target; two organisations of one site have keys, and so caches, of their own."""
    home = environ.get("HOME")
    base = environ.get("XDG_CACHE_HOME") or (f"{home}/.cache" if home else "")
    if not base:
        return no_cache()
    name = hashlib.sha256(f"{target.host}\n{target.api_key}".encode()).hexdigest()[:16]
    return Cache(Path(base) / "sightline" / "datadog" / f"{name}.json")


def _load(path: Path) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, int]]]:
    try:
        found = json.loads(path.read_bytes())
        if found["version"] != VERSION:
            return {}, {}
        objects = {
            name: each
            for name, each in found["objects"].items()
            if isinstance(each["body"], dict) and "modified_at" in each
        }
        looks = {
            project: {kind: int(count) for kind, count in each.items()} for project, each in found["looks"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, {}
    return objects, looks


def _seconds(modified: object) -> float | None:
    """Read a time of change as the vendor spells it: ISO text, or Unix seconds or milliseconds."""
    if isinstance(modified, int | float) and not isinstance(modified, bool):
        return modified / 1000 if modified > 1e11 else float(modified)
    try:
        at = dt.datetime.fromisoformat(str(modified))
    except ValueError:
        return None
    return at.timestamp() if at.tzinfo else at.replace(tzinfo=dt.UTC).timestamp()
