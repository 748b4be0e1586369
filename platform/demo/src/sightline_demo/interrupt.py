"""Ctrl-C, SIGTERM and SIGHUP as a flag that every wait looks at.

A handler that raised could strike between the start of a process and the note that it runs, and that process
would outlive us. So the handler only sets the flag, and the story raises at its next wait.
"""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class InterruptedStoryError(Exception):
    """Somebody asked us to stop."""


class Interrupt:
    """The flag, and waits that end when it is set; `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._event = threading.Event()

    def install(self) -> None:
        """Take over the three signals; only the main thread may."""
        for number in SIGNALS:
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._event.set()

    def set(self) -> None:
        """Ask to stop."""
        self._event.set()

    def check(self) -> None:
        """Raise when asked to stop.

        Raises:
            InterruptedStoryError: the flag is set.
        """
        if self._event.is_set():
            raise InterruptedStoryError

    def pause(self, seconds: float) -> None:
        """Wait, at most until asked to stop.

        Raises:
            InterruptedStoryError: the flag is set.
        """
        self._event.wait(seconds)
        self.check()

    def until(self, condition: Callable[[], bool], *, timeout: float, every: float = 0.05) -> bool:
        """Wait until `condition` holds; return whether it did within `timeout` seconds.

        Raises:
            InterruptedStoryError: the flag is set.
        """
        deadline = self.clock() + timeout
        while True:
            self.check()
            if condition():
                return True
            if self.clock() >= deadline:
                return False
            self.pause(every)
