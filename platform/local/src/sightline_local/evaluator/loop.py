"""One run looks at every monitor; the loop runs it every few seconds."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.monitor import evaluate_monitor
from sightline_datadog.evaluate.states import Evaluation, Standing, State, Transition, step
from sightline_local.config.standings import Event
from sightline_local.evaluator.message import notification

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_datadog.evaluate.source import MetricSource
    from sightline_local.config.objects import Objects
    from sightline_local.config.standings import Standings
    from sightline_local.evaluator.message import Notification


@dataclass(slots=True)
class Runs:
    """How the evaluator does; `last_ms` is the duration of the last run, `failed` counts runs that broke."""

    every_s: float
    runs: int = 0
    failed: int = 0
    last_ms: float = 0.0
    last_error: str = ""

    def as_data(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "runs": self.runs,
            "failed": self.failed,
            "last_ms": round(self.last_ms, 1),
            "every_s": self.every_s,
            "last_error": self.last_error,
        }


@dataclass(slots=True)
class Evaluator:
    """The loop. `notify` hears of every transition that people hear of; it must not block."""

    objects: Objects
    standings: Standings
    source: MetricSource
    notify: Callable[[Notification], None]
    clock: Callable[[], float]
    runs: Runs
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Run every `runs.every_s` seconds until stopped."""
        self._thread = threading.Thread(target=self._loop, name="evaluator", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the current run."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _loop(self) -> None:
        while not self._stop.wait(self.runs.every_s):
            began = time.perf_counter()
            try:
                self.run_once()
            except Exception as error:  # noqa: BLE001 - the next run must come whatever broke this one
                self.runs.failed += 1
                self.runs.last_error = f"{type(error).__name__}: {error}"
            self.runs.last_ms = (time.perf_counter() - began) * 1000

    def run_once(self) -> list[Transition]:
        """Look at every monitor now; return what changed."""
        now = int(self.clock())
        slos = {slo["id"]: slo for slo in self.objects.all("slo")}
        before = self.standings.all()
        looked: list[tuple[str, Standing, Transition | None]] = []
        events: list[Event] = []
        notifications = []
        for monitor in self.objects.all("monitor"):
            key = str(monitor["id"])
            standing, transition = step(before.get(key), self._look(monitor, slos, now), now)
            looked.append((key, standing, transition))
            if transition is not None and transition.notifies:
                told = notification(monitor, transition)
                notifications.append(told)
                events.append(
                    Event(now * 1000, told.title, told.text, "monitor", key, transition.after, tuple(monitor["tags"]))
                )
        self.standings.record(looked, events)
        self.runs.runs += 1
        for told in notifications:
            self.notify(told)
        return [transition for _, _, transition in looked if transition is not None]

    def _look(self, monitor: Mapping[str, Any], slos: Mapping[str, Mapping[str, Any]], now: int) -> Evaluation:
        try:
            return evaluate_monitor(monitor, slos.get, now, self.source)
        except Exception as error:  # noqa: BLE001 - one that nobody foresaw must not end the others' look, nor pass for OK
            return Evaluation(State.NOT_EVALUATED, f"it could not be computed: {type(error).__name__}: {error}")
