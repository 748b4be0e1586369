"""Tells a URL what changed: in order, off the evaluator's thread, a few times where it does not answer."""

from __future__ import annotations

import contextlib
import http.client
import json
import queue
import threading
import time
import urllib.request
from typing import TYPE_CHECKING

from sightline_local.config.standings import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_local.config.standings import Standings
    from sightline_local.evaluator.message import Notification

ATTEMPTS = 3
TIMEOUT_S = 5.0
WAITING = 1000


class Webhook:
    """One URL. What could not be delivered is an event, so that it does not get lost in silence."""

    def __init__(self, url: str, standings: Standings, *, pause: Callable[[float], None] = time.sleep) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{url} is no http address")
        self._url = url
        self._standings = standings
        self._pause = pause
        self._queue: queue.Queue[Notification | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._deliver, name="webhook", daemon=True)
        self._thread.start()

    def __call__(self, notification: Notification) -> None:
        """Put one into the queue; a full queue is an event."""
        try:
            self._queue.put_nowait(notification)
        except queue.Full:
            self._lost(notification, f"{WAITING} notifications wait already")

    def stop(self) -> None:
        """Deliver what waits, then end."""
        with contextlib.suppress(queue.Full):
            self._queue.put(None, timeout=TIMEOUT_S)
        self._thread.join(timeout=ATTEMPTS * TIMEOUT_S)

    def _deliver(self) -> None:
        while (notification := self._queue.get()) is not None:
            error = ""
            for attempt in range(ATTEMPTS):
                error = self._post(notification)
                if not error:
                    break
                self._pause(2.0**attempt)
            else:
                self._lost(notification, error)

    def _post(self, notification: Notification) -> str:
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked on the way in
            self._url, json.dumps(notification.as_data()).encode(), {"content-type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S):  # noqa: S310 - as above
                return ""
        except (OSError, http.client.HTTPException) as error:
            return str(error)

    def _lost(self, notification: Notification, why: str) -> None:
        title = f"Could not notify {self._url}"
        text = f"{notification.title}: {why}"
        self._standings.add_event(Event(int(time.time() * 1000), title, text, "webhook", notification.monitor_id))
