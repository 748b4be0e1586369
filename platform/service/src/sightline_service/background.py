"""The threads of a service: they start in the process that serves, and end with it."""

from __future__ import annotations

import atexit
import threading
from typing import TYPE_CHECKING

from sightline_telemetry import get_logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

RETRY_S = 1.0
_log = get_logger(__name__)


class Background:
    """Runs functions until told to stop; one that breaks is started again after a moment.

    The app keeps it, as `app.extensions["background"]`.
    """

    def __init__(self, app: Flask) -> None:
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._last: list[Callable[[], None]] = []
        app.extensions["background"] = self
        atexit.register(self.stop)

    def run(self, name: str, work: Callable[[threading.Event], None]) -> None:
        """Run `work` in a thread; it returns soon after the event is set."""

        def keep_running() -> None:
            while not self._stop.is_set():
                try:
                    work(self._stop)
                except Exception:  # noqa: BLE001 - a consumer that ended is an outage nobody notices
                    _log.exception("background work failed", work=name)
                    self._stop.wait(RETRY_S)

        thread = threading.Thread(target=keep_running, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def every(self, name: str, seconds: float, work: Callable[[], object]) -> None:
        """Call `work` every so many seconds."""

        def loop(stop: threading.Event) -> None:
            while not stop.wait(seconds):
                work()

        self.run(name, loop)

    def at_end(self, work: Callable[[], None]) -> None:
        """Call `work` after every thread has ended."""
        self._last.append(work)

    def stop(self) -> None:
        """End every thread; a second call does nothing."""
        if self._stop.is_set():
            return
        self._stop.set()
        atexit.unregister(self.stop)
        for thread in self._threads:
            thread.join(timeout=3.0)
        for work in self._last:
            work()
