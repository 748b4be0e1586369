"""How a sidecar ends: at SIGTERM or SIGINT its pause is cut short, and what it is doing is done to the end."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import FrameType, TracebackType


class Stop:
    """Takes the two signals while it is open, and gives them back after."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def goes_on(self) -> bool:
        """Whether nobody has told it to end."""
        return not self._told.is_set()

    def pause(self, seconds: float) -> None:
        """Wait, but no longer than until told to end."""
        self._told.wait(seconds)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._told.set()
