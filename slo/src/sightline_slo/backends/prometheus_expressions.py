"""PromQL of an SLO: what its recording rules compute. Without traffic each gives nothing, never NaN."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from sightline_slo.windows.spell import prometheus as spell

if TYPE_CHECKING:
    from sightline_slo.model import Events, Query, Slo, TimeSlice

_WINDOW = re.compile(r"\{\{ *\.window *\}\}")

ERRORS, TOTAL, RATIO = "slo:sli_errors:rate", "slo:sli_total:rate", "slo:sli_error:ratio_rate"
SLICE, MAINTENANCE = "slo:sli_slice:error", "slo:maintenance:active"
PERIOD = "slo:period_error:ratio"
BASE_S = 300


def base_s(slo: Slo) -> int:
    """Return the window of which the period is made: the shortest there is."""
    return min((each.short_s for each in slo.windows), default=BASE_S)


def recorded(slo: Slo, name: str, window_s: int | None = None) -> str:
    """Select what a rule of this SLO recorded."""
    return f"{name}{spell(window_s) if window_s else ''}{_selector(slo.service, slo.name)}"


@lru_cache(maxsize=16)
def _selector(service: str, name: str) -> str:
    return f'{{service="{service}",slo="{service}-{name}"}}'


def at(query: Query, window_s: int) -> str:
    """Return a query over one window."""
    return spell(window_s).join(_parts(query.text))


@lru_cache(maxsize=16)
def _parts(text: str) -> list[str]:
    """Return what stands around the windows of a query: it is asked for one window after the other."""
    return _WINDOW.split(text.strip())


def total(sli: Events, window_s: int) -> str:
    """Events per second."""
    return at(sli.total, window_s)


def errors(sli: Events, window_s: int) -> str:
    """Bad events per second; 0 where there are events and no series of bad ones yet, as before the first failure."""
    every = at(sli.total, window_s)
    if sli.bad is not None:
        return f"({at(sli.bad, window_s)})\nor\n({every}) * 0"
    good = at(sli.good or sli.total, window_s)
    # Series that are scraped at different times can show more good events than events.
    return f"clamp_min(\n  ({every})\n  -\n  (({good}) or ({every}) * 0),\n  0\n)"


def share(slo: Slo, window_s: int) -> str:
    """Return the share of bad events, of what was recorded."""
    return f"{recorded(slo, ERRORS, window_s)}\n/\n({recorded(slo, TOTAL, window_s)} > 0)"


def raw(query: Query, window_s: int) -> str:
    """Return an error ratio as it is; a NaN of 0/0 compares with nothing and is dropped."""
    return f"({at(query, window_s)}) > -Inf"


def slice_error(sli: TimeSlice) -> str:
    """1 while the condition does not hold, 0 while it does; nothing where there is no data, which is uptime."""
    return f"1 - (\n  (({at(sli.query, sli.slice_s)}) > -Inf) {sli.comparator} bool {sli.threshold:g}\n)"


def chained(slo: Slo, name: str, window_s: int) -> str:
    """A longer window, of what was recorded of the base: time that does not count is missing in both alike."""
    return f"avg_over_time({recorded(slo, name, base_s(slo))}[{spell(window_s)}])"


def period(slo: Slo, *, exact: bool, sliced: bool) -> str:
    """Return the share of bad events of the period: exact by events, or a mean of ratios."""
    length, base = spell(slo.period_s), base_s(slo)
    if sliced:
        return f"avg_over_time({recorded(slo, SLICE)}[{length}])"
    if not exact:
        return f"avg_over_time({recorded(slo, RATIO, base)}[{length}])"
    bad, every = recorded(slo, ERRORS, base), recorded(slo, TOTAL, base)
    return f"sum_over_time({bad}[{length}])\n/\n(sum_over_time({every}[{length}]) > 0)"
