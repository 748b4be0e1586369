"""The names of series: every (metric, kind, tags) has a small integer, in memory and on disk."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Kind = Literal["count", "gauge", "distribution"]

# A tag with an id in it makes a series a request; the backend then refuses new series and goes on with the old ones.
LIMIT = 200_000
LIMIT_TEXT = 64_000_000  # characters of all names and tags together, for the same reason


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series; `values` are its tags by key, both in lower case, as filters compare them."""

    id: int
    name: str
    kind: Kind
    tags: tuple[str, ...]
    values: dict[str, tuple[str, ...]] = field(compare=False)


def by_key(tags: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return `key:value` tags as values by key, in lower case; a bare tag has the value ''."""
    found: dict[str, tuple[str, ...]] = {}
    for tag in tags:
        key, _, value = tag.lower().partition(":")
        found[key] = (*found.get(key, ()), value)
    return found


class SeriesIndex:
    """All series. Interning is safe from every thread; ids are handed to the writer by `unsaved`."""

    def __init__(
        self, rows: Iterable[tuple[int, str, Kind, Sequence[str]]], limit: int = LIMIT, limit_text: int = LIMIT_TEXT
    ) -> None:
        self._lock = threading.Lock()
        self._limit = limit
        self._text_left = limit_text
        self._ids: dict[tuple[str, Kind, tuple[str, ...]], int] = {}
        self._by_name: dict[str, list[SeriesRow]] = {}
        self._unsaved: list[SeriesRow] = []
        for identity, name, kind, tags in rows:
            self._add(identity, name, kind, tuple(tags))

    def intern(self, name: str, kind: Kind, tags: tuple[str, ...]) -> int | None:
        """Return the id of a series, new or not; None when there are too many. Tags come sorted and unique."""
        found = self._ids.get((name, kind, tags))
        if found is not None:
            return found
        with self._lock:
            found = self._ids.get((name, kind, tags))
            if found is None:
                if len(self._ids) >= self._limit or self._text_left <= 0:
                    return None
                row = self._add(len(self._ids) + 1, name, kind, tags)
                self._unsaved.append(row)
                found = row.id
            return found

    def named(self, name: str) -> list[SeriesRow]:
        """Return the series of one metric."""
        with self._lock:
            return list(self._by_name.get(name, ()))

    def names(self) -> list[str]:
        """Return every metric's name, sorted."""
        with self._lock:
            return sorted(self._by_name)

    def unsaved(self) -> list[SeriesRow]:
        """Take the series that are not on disk; who takes them saves them."""
        with self._lock:
            taken, self._unsaved = self._unsaved, []
            return taken

    def _add(self, identity: int, name: str, kind: Kind, tags: tuple[str, ...]) -> SeriesRow:
        row = SeriesRow(identity, name, kind, tags, by_key(tags))
        self._ids[(name, kind, tags)] = identity
        self._text_left -= len(name) + sum(map(len, tags))
        self._by_name.setdefault(name, []).append(row)
        return row
