"""A short window under four scrapes is noise: one lost scrape empties it, one late sample fills it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.model import Backend
from sightline_slo.windows.spell import prometheus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO026"
SEVERITY = Severity.WARNING
SCRAPE_S = 30
"""How often Prometheus is usually told to scrape."""


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Warn of each such window that alerts at Prometheus."""
    if Backend.PROMETHEUS not in slo.sli:
        return
    for window in slo.alerting_windows:
        if window.short_s < 4 * SCRAPE_S:
            yield Finding(
                f"a window of {prometheus(window.short_s)} holds fewer than four scrapes",
                slo.places.windows or slo.places.name,
                f"the window `{window.name}`; a scrape every {SCRAPE_S} s",
                "make the short window 2m or longer",
            )
