"""One run looks at every monitor; the loop runs it every few seconds."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.look import Look
from sightline_datadog.evaluate.machine import advance, leading
from sightline_datadog.evaluate.machine_mute import muting
from sightline_datadog.evaluate.machine_rules import rules_of
from sightline_datadog.evaluate.monitor import look
from sightline_datadog.evaluate.states import Evaluation, State
from sightline_local.config.standings import Event
from sightline_local.evaluator.message import notification
from sightline_local.evaluator.muting import downtimes
from sightline_local.evaluator.sources import World, in_order, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_datadog.evaluate.look import CheckSource, EventSource, Group
    from sightline_datadog.evaluate.machine import Moved
    from sightline_datadog.evaluate.machine_rules import Rules
    from sightline_datadog.evaluate.source import MetricSource
    from sightline_datadog.evaluate.states import Standing, Transition
    from sightline_local.config.objects import Objects
    from sightline_local.config.standings import Standings
    from sightline_local.evaluator.message import Notification

VENDORS_RUN_S = 60


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
    """The loop. `notify` hears of everything that people hear of; it must not block.

    A run stands for the vendor's minute: monitors that the vendor looks at every 10 or 30 minutes are looked at in
    every 10th or 30th run.
    """

    objects: Objects
    standings: Standings
    source: MetricSource
    notify: Callable[[Notification], None]
    clock: Callable[[], float]
    runs: Runs
    checks: CheckSource | None = None
    events: EventSource | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _rules: dict[str, tuple[object, Rules]] = field(default_factory=dict)

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
        """Look at every monitor whose turn it is now; return what changed."""
        now = int(self.clock())
        world = World(self.objects, self.standings, self.source, self.checks, self.events)
        moved: dict[str, Moved] = {}
        events: list[Event] = []
        notifications = []
        scheduled = self.objects.all("downtime")
        for monitor in in_order(world.monitors.values()):
            key = str(monitor["id"])
            before, rules = world.standings.get(key, {}), self._rules_of(key, monitor)
            if not self._due(before, rules, now):
                continue
            mutes = downtimes(scheduled, monitor, now)
            found = self._look(monitor, world, now)
            one = moved[key] = advance(before, found, rules, partial(muting, mutes, now=now))
            world.standings[key] = dict(one.standings)
            for told in one.notifications:
                if told.muted:
                    continue
                made = notification(monitor, told, parts_of(monitor, world))
                notifications.append(made)
                tags = (*monitor["tags"], *told.group)
                events.append(Event(now * 1000, made.title, made.text, "monitor", key, told.after, tags))
        self.standings.record(moved, events)
        self.runs.runs += 1
        for each in notifications:
            self.notify(each)
        return [transition for each in moved.values() for transition in each.transitions]

    def _rules_of(self, key: str, monitor: Mapping[str, Any]) -> Rules:
        known, body = self._rules.get(key), (monitor["type"], monitor["query"], repr(monitor.get("options")))
        if known is None or known[0] != body:
            known = self._rules[key] = (body, rules_of(monitor))
        return known[1]

    def _due(self, before: Mapping[Group, Standing], rules: Rules, now: int) -> bool:
        runs, last = rules.cadence_s // VENDORS_RUN_S, leading(before)
        return runs <= 1 or last is None or now - last.at >= runs * self.runs.every_s

    def _look(self, monitor: Mapping[str, Any], world: World, now: int) -> Look:
        try:
            return look(monitor, world.sources, now)
        except Exception as error:  # noqa: BLE001 - one that nobody foresaw must not end the others' look, nor pass for OK
            reason = f"it could not be computed: {type(error).__name__}: {error}"
            return Look({(): Evaluation(State.NOT_EVALUATED, reason)}, now)
