"""Standings from Prometheus, by the rules that this compiler or Sloth wrote. Two requests, three with history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sightline_slo.reporting.standing import Firing, Standing, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sightline_slo.reporting.prometheus_api import PrometheusApi

POINTS = 120
OBJECTIVE, REMAINING, BURN, DAYS = (
    "slo:objective:ratio",
    "slo:period_error_budget_remaining:ratio",
    "slo:current_burn_rate:ratio",
    "slo:time_period:days",
)
_ALL = f"{OBJECTIVE}|{REMAINING}|{BURN}|{DAYS}"


@dataclass(frozen=True, slots=True)
class _Labels:
    """What a compiler calls its labels."""

    id: str
    service: str
    name: str
    severity: str

    def own(self) -> set[str]:
        return {self.id, self.service, self.name, self.severity, "__name__"}


FAMILIES = (
    _Labels("sloth_id", "sloth_service", "sloth_slo", "sloth_severity"),
    _Labels("slo", "service", "slo", "severity"),
)
"""Sloth's first: its series may carry a label `slo` of their author's own."""


def _family(labels: Mapping[str, str]) -> _Labels | None:
    return next((family for family in FAMILIES if family.id in labels), None)


def read(api: PrometheusApi, now: int, *, history: bool) -> dict[str, Standing]:
    """Return the standings by the SLO's id.

    Raises:
        SightlineError: Prometheus refused or did not answer.
    """
    found: dict[str, Standing] = {}
    values = api.instant(f'{{__name__=~"{_ALL}"}}', now)
    alerts = api.instant('ALERTS{alertstate="firing"}', now)
    for family in FAMILIES:
        series = _by_id(values, family)
        firing = _firing(alerts, family)
        for slo_id, named in series.items():
            standing = _standing(slo_id, named, family)
            if standing is not None:
                found[slo_id] = replace(standing, firing=firing.get(slo_id, ()))
    return _with_history(api, found, now) if history and found else found


def _by_id(
    values: Iterable[tuple[Mapping[str, str], float]], family: _Labels
) -> dict[str, dict[str, list[tuple[Mapping[str, str], float]]]]:
    result: dict[str, dict[str, list[tuple[Mapping[str, str], float]]]] = {}
    for labels, value in values:
        if _family(labels) is family:
            named = result.setdefault(labels[family.id], {})
            named.setdefault(labels.get("__name__", ""), []).append((labels, value))
    return result


def _standing(
    slo_id: str, named: Mapping[str, list[tuple[Mapping[str, str], float]]], family: _Labels
) -> Standing | None:
    if OBJECTIVE not in named:
        return None
    labels, objective = named[OBJECTIVE][0]
    left = [value for _, value in named.get(REMAINING, ()) if value == value]  # noqa: PLR0124 - NaN equals nothing
    paces = [value for _, value in named.get(BURN, ()) if value == value]  # noqa: PLR0124 - as above
    days = named[DAYS][0][1] if DAYS in named else 0.0
    # A grouped SLO has a series a group: the worst is the one to act upon.
    worst = min(left, default=None)
    share = round(1 - objective, 12)
    return Standing(
        slo_id,
        labels.get(family.service, ""),
        labels.get(family.name, slo_id),
        round(days * 86400),
        round(objective * 100, 6),
        state_of(None if worst is None else worst * 100),
        None if worst is None else 100 * (1 - share * (1 - worst)),
        None if worst is None else worst * 100,
        max(paces, default=None),
        tags=tuple(sorted(f"{key}:{value}" for key, value in labels.items() if key not in family.own())),
        note=f"the worst of {len(left)} groups" if len(left) > 1 else "",
    )


def _firing(alerts: Iterable[tuple[Mapping[str, str], float]], family: _Labels) -> dict[str, tuple[Firing, ...]]:
    result: dict[str, tuple[Firing, ...]] = {}
    for labels, _ in alerts:
        if _family(labels) is family and family.severity in labels:
            made = Firing(labels.get("alertname", ""), labels[family.severity])
            result[labels[family.id]] = (*result.get(labels[family.id], ()), made)
    return result


def _with_history(api: PrometheusApi, found: dict[str, Standing], now: int) -> dict[str, Standing]:
    longest = max(each.period_s for each in found.values()) or 30 * 86400
    series: dict[str, dict[int, float]] = {}
    for labels, points in api.matrix(REMAINING, now - longest, now, max(longest // POINTS, 1)):
        family = _family(labels)
        slo_id = labels[family.id] if family else ""
        worst = series.setdefault(slo_id, {})
        for second, value in points:
            if value == value:  # noqa: PLR0124 - NaN equals nothing
                worst[second] = min(worst.get(second, value), value)
    return {
        slo_id: replace(
            each,
            history=tuple(
                (second, 100 * value)
                for second, value in sorted(series.get(slo_id, {}).items())
                if second >= now - each.period_s
            ),
        )
        for slo_id, each in found.items()
    }
