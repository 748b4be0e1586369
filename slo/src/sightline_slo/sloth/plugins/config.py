"""The configuration of the built-in plugins, decoded as `encoding/json` does."""

from __future__ import annotations

from typing import Any

from sightline_slo.sloth import gofmt
from sightline_slo.sloth.loose import Sigs
from sightline_slo.sloth.model import SlothError


class Config(Sigs):
    """Keys match in any case; a number is no text."""

    __slots__ = ()

    def __init__(self, value: Any, notes: Any = None, known: frozenset[str] | None = None) -> None:
        try:
            super().__init__(value, notes, known)
        except SlothError as error:
            raise SlothError(f"invalid config: {error}") from error

    def _as_text(self, key: str, value: Any) -> str:
        raise self._wrong(key, value, "string")

    def words(self, key: str) -> list[str]:
        """Read a list of texts; an empty one where it is not there."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong(key, value, "[]string")
        return value

    def duration(self, key: str) -> int:
        """Read a duration in milliseconds; 0 where it is not there."""
        if not self.has(key):
            return 0
        try:
            return gofmt.duration(self.text(key))
        except gofmt.DurationError as error:
            raise SlothError(f"invalid config: {error}") from error
