"""How an SLO is said to a backend: exactly, in other words that are worth the same, or not at all. Never silently."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from sightline_slo.backends import prometheus_calendar
from sightline_slo.durations import spell
from sightline_slo.model import Backend, Events, Monitors, Ratio, TimeSlice, Window
from sightline_slo.windows import DATADOG, catalogues
from sightline_slo.windows.spell import prometheus as spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_slo.model import Maintenance, Slo


class Fidelity(StrEnum):
    """How well it is said."""

    EXACT = "exact"
    REWRITTEN = "rewritten"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that a backend does not take as it stands.

    Args:
        what: what it does not take.
        equivalence: what is said in its place, and why that is worth the same; empty where nothing is.
        fix: what makes it exact.
    """

    what: str
    equivalence: str
    fix: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """The verdict on one SLO at one backend."""

    key: str
    backend: Backend
    reasons: tuple[Reason, ...]

    @property
    def kind(self) -> Fidelity:
        """The worst of the reasons."""
        if any(not each.equivalence for each in self.reasons):
            return Fidelity.UNSUPPORTED
        return Fidelity.REWRITTEN if self.reasons else Fidelity.EXACT


LONGEST_S = 48 * 3600
"""Of a burn-rate alert at Datadog."""

MIN_DATADOG_S = 3600


def verdict(slo: Slo, backend: Backend) -> Mapping:
    """Judge one SLO at one backend."""
    if backend not in slo.sli:
        reason = Reason(f"`{slo.kind}` is not measured by {backend}", "", f"give it a query for {backend}")
        return Mapping(slo.key, backend, (reason,))
    found = _datadog(slo) if backend is Backend.DATADOG else _prometheus(slo)
    return Mapping(slo.key, backend, tuple(found))


def datadog_windows(slo: Slo) -> tuple[Window, ...]:
    """Return the alerting windows as Datadog takes them, two that become the same only once."""
    made = dict.fromkeys(_shortened(slo, window) for window in slo.alerting_windows)
    return tuple(made)


def _shortened(slo: Slo, window: Window) -> Window:
    """Cut a window to 48 hours: the same share of the budget within them is a higher burn rate."""
    if window.long_s <= LONGEST_S:
        return window
    rate = round(window.budget_percent / 100 * slo.period_s / LONGEST_S, 10)
    return replace(window, long_s=LONGEST_S, short_s=LONGEST_S // 12, burn_rate=rate)


def _datadog(slo: Slo) -> Iterator[Reason]:
    known = sorted(catalogues()[DATADOG])
    if slo.period_s not in known:
        near = min(known, key=lambda each: abs(each - slo.period_s))
        periods = ", ".join(spell(each) for each in known)
        yield Reason(f"Datadog keeps SLOs over {periods}, not {slo.period}", "", f"use {spell(near)}")
    yield from _windows(slo)
    sli = slo.sli[Backend.DATADOG]
    if isinstance(sli, Monitors) and slo.alerting_windows and any("$" not in each for each in sli.ids):
        equal = "the burn-rate monitors watch the SLO, whose uptime counts the minutes of its monitors that alert"
        yield Reason("monitors count time, not events", equal, "none is needed where time is meant")
    if slo.by and slo.alerting_windows:
        equal = "the SLO shows each group; its monitors alert on all groups together"
        yield Reason("burn-rate monitors of groups are not in the API", equal, "write an SLO for each group")
    if slo.guard.min_events is not None or slo.guard.min_failures is not None:
        yield from _guard(slo)
    yield from _corrections(slo.maintenance)
    if isinstance(sli, Monitors) and slo.period_s < 90 * 86400 and round(slo.objective, 2) != slo.objective:
        yield Reason("Datadog keeps two decimals of an SLO over monitors", "", f"write {round(slo.objective, 2):g}")
    if slo.averaged:
        yield Reason("Datadog counts events", "the budget is exact by events", "drop `budget: averaged`")


def _windows(slo: Slo) -> Iterator[Reason]:
    for window in slo.alerting_windows:
        made = _shortened(slo, window)
        if window.long_s < MIN_DATADOG_S:
            what = f"Datadog's long windows begin at 1h: {spelled(window.long_s)}"
            yield Reason(what, "", "make the long window 1h or longer")
        elif made is not window and made.burn_rate >= slo.highest_burn_rate:
            what = f"{_pair(window)} is longer than Datadog's 48h, and {made.burn_rate:g} over 48h is never reached"
            yield Reason(what, "", "use the windows of the catalogue `datadog`")
        elif made is not window:
            equal = f"{_pair(window)} → {_pair(made)}: {window.budget_percent:g} % of the budget both"
            yield Reason("Datadog's long windows end at 48h", equal, "use the windows of the catalogue `datadog`")


CORRECTIONS = {None: 100, "DAILY": 2, "WEEKLY": 3, "MONTHLY": 5}
"""How many corrections Datadog keeps of an SLO, by their frequency."""

_RULE_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY"}


def _corrections(calendar: tuple[Maintenance, ...]) -> Iterator[Reason]:
    rules = [prometheus_calendar.rule_parts(each.rrule or "") for each in calendar]
    frequencies = [parts.get("FREQ") for parts in rules]
    for frequency in dict.fromkeys(frequencies):
        most = CORRECTIONS.get(frequency, 0)
        if frequencies.count(frequency) > most:
            what = f"{frequency.lower()} corrections" if frequency else "corrections"
            yield Reason(f"Datadog keeps {most} {what} of an SLO", "", "write fewer, or longer ones")
    for parts in rules:
        if not set(parts) <= _RULE_PARTS:
            names = ", ".join(sorted(set(parts) - _RULE_PARTS))
            fix = f"write it with {', '.join(sorted(_RULE_PARTS))} alone"
            yield Reason(f"Datadog's corrections know no {names}", "", fix)


def _guard(slo: Slo) -> Iterator[Reason]:
    if not isinstance(slo.sli[Backend.DATADOG], Events):
        yield Reason("a guard counts events, and this counts time", "", "drop the guard")
        return
    equal = "a composite of the burn-rate monitor and of a count over the same long window, whose parts notify nobody"
    yield Reason("an SLO's monitor knows no least count", equal, "drop the guard")


def _prometheus(slo: Slo) -> Iterator[Reason]:
    sli = slo.sli[Backend.PROMETHEUS]
    for each in slo.maintenance:
        why = prometheus_calendar.reason(each)
        fix = "write a daily or weekly rule, in a zone without summer time such as UTC"
        if why:
            yield Reason(f"PromQL cannot say this calendar: {why}", "", fix)
        elif (written := prometheus_calendar.until(each)) is not None:
            equal = f"its times are written out until {written[1]}; compile again before"
            yield Reason(f"PromQL has no arithmetic for this calendar: {written[0]}", equal, fix)
    guarded = slo.guard.min_events is not None or slo.guard.min_failures is not None
    if guarded and not isinstance(sli, Events):
        yield Reason("a guard counts events, and this has none", "", "write `events:`, or drop the guard")
    if isinstance(sli, Ratio):
        equal = "the period's budget is the mean of the ratios, which is exact while traffic is even"
        yield Reason("a ratio does not say of how many events", equal, "write `events:`")
    if isinstance(sli, TimeSlice):
        equal = "slices slide with each evaluation instead of standing on the clock: the same share of time"
        yield Reason("Prometheus knows no slices", equal, "none is needed where time is meant")


def _pair(window: Window) -> str:
    return f"{spelled(window.long_s)}/{spelled(window.short_s)} at {window.burn_rate:g}"
