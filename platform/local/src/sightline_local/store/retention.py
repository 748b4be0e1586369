"""How long what is kept."""

from __future__ import annotations

from dataclasses import dataclass

HOUR_S = 3600
DAY_S = 86400


@dataclass(frozen=True, slots=True)
class Retention:
    """Seconds that each kind of row is kept, by its own time and not by its arrival.

    Attributes:
        spans_s: raw spans.
        logs_s: log records.
        slices_s: metric slices; long enough for the longest SLO timeframe.
        fine_s: how long slices stay at ten seconds before they are added up into minutes.
    """

    spans_s: int = 48 * HOUR_S
    logs_s: int = 48 * HOUR_S
    slices_s: int = 92 * DAY_S
    fine_s: int = 2 * DAY_S
