"""From the audit log to where it is looked at: follow, scrub, deliver, count, keep how far; again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError
from sightline_vault.observability.audit.counting import counted
from sightline_vault.observability.audit.rotate import used_percent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sightline_vault.dogstatsd import Dogstatsd
    from sightline_vault.observability.audit.follow import Follower
    from sightline_vault.observability.audit.scrub import Scrubber
    from sightline_vault.observability.audit.sinks import Sink

USED = "vault.audit.volume.used"
"""Percent of the audit volume."""
BEHIND = "vault.audit.behind"
"""Bytes that are not delivered yet."""
FAILURES = "vault.audit.ship.failures"
PERIOD_S = 1.0
_GAUGES_S = 10.0
_LONGEST_S = 30.0


@dataclass(slots=True)
class Shipper:
    """Ships one log. `step` does one batch; what fails is tried again, and nothing goes on before it is delivered."""

    path: Path
    follower: Follower
    scrubber: Scrubber
    sink: Sink
    metrics: Dogstatsd

    def step(self) -> int:
        """Deliver the next batch; return how many events it had.

        Raises:
            SightlineError: It was not delivered; the next step tries it again.
        """
        batch = self.follower.read()
        if batch is None:
            return 0
        records = [self.scrubber.line(each) for each in batch.lines]
        try:
            self.sink.send(records)
        except SightlineError:
            self.follower.rewind()
            raise
        for (name, tags), value in counted(records).items():
            self.metrics.count(name, value, tags)
        self.follower.delivered(batch)
        return len(records)

    def drain(self) -> int:
        """Deliver what is there; return how many events that was.

        Raises:
            SightlineError: Something was not delivered.
        """
        total = 0
        while shipped := self.step():
            total += shipped
        return total

    def gauges(self) -> None:
        """Say how full the volume is and what waits."""
        self.metrics.gauge(USED, used_percent(self.path))
        self.metrics.gauge(BEHIND, self.follower.behind())


def run(
    shipper: Shipper,
    *,
    clock: Callable[[], float],
    wait: Callable[[float], bool],
    tell: Callable[[str], None],
    tend: Callable[[], None],
) -> None:
    """Ship until `wait` (seconds in, whether to stop out) says to stop; then what is there once more.

    Args:
        shipper: what is done.
        clock: seconds that do not go back.
        wait: sleeps.
        tell: told of failures and of their end.
        tend: called between batches; rotates.
    """
    said, pause, stopping = float("-inf"), PERIOD_S, False
    failing = ""
    while True:
        try:
            shipper.drain()
            tend()
            failing, pause = "", PERIOD_S
        except SightlineError as error:
            shipper.metrics.count(FAILURES, 1)
            if str(error) != failing:
                tell(f"{error.message}: {error.why or error.where}; trying again")
            failing, pause = str(error), min(pause * 2, _LONGEST_S)
        if clock() - said >= _GAUGES_S:
            shipper.gauges()
            said = clock()
        if stopping:
            return
        stopping = wait(pause)
