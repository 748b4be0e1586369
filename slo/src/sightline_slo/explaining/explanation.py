"""Everything that can be said of an SLO's alerts without any data, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_slo.backtesting.alarm import alarms_of
from sightline_slo.explaining import maths
from sightline_slo.model import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_slo.backtesting.alarm import Alarm
    from sightline_slo.model import Backend, Slo


@dataclass(frozen=True, slots=True)
class Row:
    """What a fault of one size leads to: for each severity the alarm that sees it first, when, and its reset."""

    error_ratio: float
    seen: dict[Severity, tuple[Alarm, float, float] | None]


@dataclass(frozen=True, slots=True)
class Explanation:
    """An SLO explained for one backend.

    Args:
        slo: which.
        backend: by whose windows.
        alarms: its alerts.
        per_hour: the traffic that was assumed; None for none.
        rows: by error ratio, the largest first.
    """

    slo: Slo
    backend: Backend
    alarms: Sequence[Alarm]
    per_hour: float | None
    rows: Sequence[Row]

    @property
    def budget_minutes(self) -> float:
        """How many minutes of total failure the period's budget holds."""
        return self.slo.budget * self.slo.period_s / 60

    @property
    def budget_events(self) -> float | None:
        """How many events may fail in a period of the assumed traffic."""
        return None if self.per_hour is None else self.slo.budget * self.per_hour * self.slo.period_s / 3600

    @property
    def one_failure(self) -> list[tuple[Alarm, float | None]]:
        """For each alarm the traffic an hour below which one failure fires it."""
        return [(each, maths.one_failure_fires_below(each)) for each in self.alarms]


def explain(slo: Slo, backend: Backend, per_hour: float | None = None) -> Explanation:
    """Explain an SLO."""
    alarms = alarms_of(slo, backend)
    ratios = sorted({*maths.ERROR_RATIOS, *(round(2 * each.ratio, 6) for each in alarms if 2 * each.ratio < 1)})
    rows = [
        Row(ratio, {severity: _seen(alarms, severity, ratio, per_hour) for severity in Severity}) for ratio in ratios
    ]
    return Explanation(slo, backend, alarms, per_hour, rows[::-1])


def _seen(
    alarms: Sequence[Alarm], severity: Severity, ratio: float, per_hour: float | None
) -> tuple[Alarm, float, float] | None:
    found = maths.first([each for each in alarms if each.severity is severity], ratio, per_hour)
    if found is None:
        return None
    alarm, seen = found
    return alarm, seen, maths.reset_s(alarm, ratio) or 0.0


def in_words(alarm: Alarm, slo: Slo) -> str:
    """Say in plain words when an alarm fires."""
    share = percent(alarm.ratio)
    spent = 100 * alarm.burn_rate * alarm.long_s / slo.period_s
    text = (
        f"A {alarm.severity} when more than {share} of events fail, over the last {time(alarm.long_s)} and over the "
        f"last {time(alarm.short_s)} too: {alarm.burn_rate:g} times the pace that the budget allows, at which "
        f"{spent:.3g} % of the {slo.period} budget is gone within {time(alarm.long_s)}."
    )
    wanted = [
        f"{number} {what}"
        for number, what in ((alarm.min_events, "events"), (alarm.min_failures, "failures"))
        if number
    ]
    return f"{text} Silent below {' and '.join(wanted)} in {time(alarm.long_s)}." if wanted else text


def percent(ratio: float) -> str:
    """Spell a share: `7.2 %`."""
    return f"{100 * ratio:.4g} %"


def time(seconds: float) -> str:
    """Spell a time as a person says it: two units at most, the smaller one rounded."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    if minutes < 99.5 and minutes != 60:
        return f"{minutes:.1f} min".replace(".0 ", " ")
    hours = minutes / 60
    if hours < 72:
        return f"{hours:.1f} h".replace(".0 ", " ")
    return f"{hours / 24:.1f} d".replace(".0 ", " ")


def as_data(made: Explanation) -> dict[str, object]:
    """Return it as plain values, for JSON; times in seconds."""
    return {
        "key": made.slo.key,
        "backend": str(made.backend),
        "objective": made.slo.objective,
        "period": made.slo.period,
        "budget_minutes": made.budget_minutes,
        "budget_events": made.budget_events,
        "events_per_hour": made.per_hour,
        "alerts": [
            {
                "name": alarm.name,
                "severity": str(alarm.severity),
                "words": in_words(alarm, made.slo),
                "error_ratio": alarm.ratio,
                "one_failure_fires_below_events_per_hour": below,
            }
            for alarm, below in made.one_failure
        ],
        "detection": [
            {
                "error_ratio": row.error_ratio,
                **{
                    str(severity): found and {"window": found[0].name, "detection_s": found[1], "reset_s": found[2]}
                    for severity, found in row.seen.items()
                },
            }
            for row in made.rows
        ],
    }
