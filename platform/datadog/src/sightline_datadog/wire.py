"""One request, one answer, whatever carries them: plain values that load no client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class NoAnswerError(SightlineError):
    """No answer came. `maybe_done` is False only where the request cannot have reached anybody."""

    def __init__(self, message: str, *, maybe_done: bool, where: str = "", why: str = "", help: str = "") -> None:  # noqa: A002 - as in `SightlineError`
        super().__init__(message, where=where, why=why, help=help)
        self.maybe_done = maybe_done


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, decoded JSON (None for none), headers with lower-case names, and from which address."""

    status: int
    body: Any
    headers: Mapping[str, str]
    where: str = ""

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return 200 <= self.status < 300

    @property
    def errors(self) -> str:
        """The vendor's words, in one line."""
        if isinstance(self.body, dict) and self.body.get("errors"):
            given = self.body["errors"]
            return "; ".join(_words(each) for each in (given if isinstance(given, list) else [given]))
        return f"status {self.status}" + (f": {self.body}" if self.body else "")


def _words(error: object) -> str:
    if isinstance(error, dict):
        return str(error.get("detail") or error.get("title") or error)
    return str(error)


class Transport(Protocol):
    """One request, one answer; refusals are answers too."""

    def request(self, method: str, path: str, *, query: Sequence[tuple[str, str]] = (), body: object = None) -> Answer:
        """Send, and wait for the answer.

        Raises:
            NoAnswerError: no answer came.
        """
