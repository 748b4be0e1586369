"""What the runner needs of telemetry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager


class Recorder(Protocol):
    """Spans, headers and series of one run."""

    def span(self, name: str, attributes: Mapping[str, str]) -> AbstractContextManager[object]:
        """Put what happens inside into one span."""
        ...

    def headers(self) -> dict[str, str]:
        """Return the headers that tie a request to the current span, and name its traffic."""
        ...

    def trace_id(self) -> str | None:
        """Return the current trace, 32 hex digits."""
        ...

    def failed(self, error: BaseException) -> None:
        """Note that the current span failed."""
        ...

    def ran(self, journey: str, *, passed: bool, duration_s: float) -> None:
        """Count one run."""
        ...
