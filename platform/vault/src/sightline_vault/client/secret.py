"""A token that no log, traceback or plan shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text that is shown only to who asks for it by `reveal`."""

    _text: str

    def reveal(self) -> str:
        """Return the text, for the wire."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(hidden)"

    __str__ = __repr__
