"""How far a long piece of work is, and about how long the rest takes."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_SURE_AFTER_S = 2.0


class Progress:
    """Counts what is done of what is known to be to do; threads share one.

    `tell` is given a line each time something is done, such as `reading: 120 of 505, about 40 s left`.
    """

    def __init__(self, what: str, tell: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._tell = tell
        self._clock = clock
        self._began = clock()
        self._lock = threading.Lock()
        self.done = 0
        self.total = 0

    def expect(self, count: int) -> None:
        """Add to what is to do."""
        with self._lock:
            self.total += count

    def step(self) -> None:
        """Count one thing done."""
        with self._lock:
            self.done += 1
            line = self.line()
        self._tell(line)

    def line(self) -> str:
        """Return where it stands. What is left takes as long a piece as what is done took."""
        spent = self._clock() - self._began
        line = f"{self._what}: {self.done} of {self.total}"
        if spent < _SURE_AFTER_S or not self.done or self.done >= self.total:
            return line
        return f"{line}, about {_spell(spent / self.done * (self.total - self.done))} left"


def _spell(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


class EveryNow:
    """Passes on the first line after some seconds, and then one in a while: for a log that nobody redraws."""

    def __init__(
        self, tell: Callable[[str], None], every_s: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tell = tell
        self._every_s = every_s
        self._clock = clock
        self._last = clock()

    def __call__(self, line: str) -> None:
        """Pass the line on if it is time."""
        now = self._clock()
        if line and now - self._last >= self._every_s:
            self._last = now
            self._tell(line)
