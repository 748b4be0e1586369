"""The parts of a running backend, for those who answer requests."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_local.config.objects import Objects
    from sightline_local.config.standings import Standings
    from sightline_local.evaluator.loop import Runs
    from sightline_local.intake import Intake
    from sightline_local.store import Store


@dataclass(frozen=True, slots=True)
class Backend:
    """What a request may need. `clock` gives Unix seconds."""

    store: Store
    intake: Intake
    objects: Objects
    standings: Standings
    runs: Runs
    clock: Callable[[], float] = field(default=time.time)

    def now_s(self) -> int:
        """Return the clock in whole seconds."""
        return int(self.clock())
