"""What the command line asks of a run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

Mode = Literal["otel", "ddtrace", "mixed"]
SERVICES = ("catalog", "payments", "cart", "orders", "fulfilment", "storefront")

LONGEST_S = 366 * 86400.0
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)([smh])")


@dataclass(frozen=True, slots=True)
class Options:
    """One run.

    Args:
        telemetry: which tracer the services run under; `mixed` alternates.
        fault: whether to tell the part with the fault.
        at_least_s: keep shopping for so long; 0 = as long as the story takes.
        stay: when told and done, stay up until interrupted.
        free_ports: listen on any free ports instead of the well-known ones.
        seed: of the load.
        rate: visits per second.
        folder: where the run keeps its data and logs.
        warm_up_s: how long customers shop before anything may be judged.
    """

    telemetry: Mode
    fault: bool
    at_least_s: float
    stay: bool
    free_ports: bool
    seed: int
    rate: float
    folder: Path
    warm_up_s: float = 60.0

    def mode_of(self, service: str) -> str:
        """Return the tracer of one service."""
        if self.telemetry != "mixed":
            return self.telemetry
        return ("otel", "ddtrace")[SERVICES.index(service) % 2]


def seconds(text: str) -> float:
    """Read `90s`, `10m`, `1h30m` or a plain number of seconds.

    Raises:
        ValueError: it is none of these, or longer than a year.
    """
    plain = text.strip().lower()
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        total = float(plain)
    elif plain and not _PART.sub("", plain):
        total = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(plain))
    else:
        raise ValueError(f"{text!r} is no duration: write 90s, 10m or 1h30m")
    if total > LONGEST_S:
        raise ValueError(f"{text[:40]!r} is longer than a year")
    return total
