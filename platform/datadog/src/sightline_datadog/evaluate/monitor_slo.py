"""Monitor SLOs: the time in which no monitor, or none of the chosen groups, is in ALERT.

WARN is up. Without data it depends on what the monitor does then. Corrected time is no time at all.
https://docs.datadoghq.com/service_level_objectives/monitor/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.intervals import Interval, length, merged, within
from sightline_datadog.evaluate.slo import Count
from sightline_datadog.evaluate.states import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Group, Sources

MOST_MONITORS = 20


@dataclass(frozen=True, slots=True)
class MonitorSli:
    """The monitors, and the groups of the only one of them that count; none means all."""

    monitor_ids: tuple[str, ...]
    groups: tuple[Group, ...] = ()


def read_monitor_slo(body: Mapping[str, Any]) -> MonitorSli:
    """Read which monitors an SLO is made of.

    Raises:
        NotEvaluatedError: it names none.
    """
    ids = tuple(str(each) for each in body.get("monitor_ids") or ())
    if not ids:
        raise NotEvaluatedError("it names no monitor")
    groups = tuple(
        tuple(sorted(tag.strip() for tag in str(each).split(","))) for each in body.get("groups") or () if each
    )
    return MonitorSli(ids, groups)


def downtime(sli: MonitorSli, window: Interval, sources: Sources) -> tuple[dict[Group, list[Interval]], int]:
    """Find when each group of the monitors was down, and since when that is known, in Unix seconds.

    Raises:
        NotEvaluatedError: how they went is not known, or one of them was not evaluated in the window.
    """
    if sources.find_history is None:
        raise NotEvaluatedError("how monitors went is not known here")
    down: dict[Group, list[Interval]] = {}
    since = window[0]
    for monitor_id in sli.monitor_ids:
        history = sources.find_history(monitor_id, *window)
        if history is None:
            raise NotEvaluatedError(f"the monitor {monitor_id} is not there")
        since = max(since, history.since)
        bad = _bad_states(sources.find_monitor(monitor_id) if sources.find_monitor else None)
        for group, states in history.states.items():
            if sli.groups and group not in sli.groups:
                continue
            if any(state is State.NOT_EVALUATED for _, state in states):
                raise NotEvaluatedError(f"the monitor {monitor_id} was not evaluated all the time")
            down[(f"monitor:{monitor_id}", *group)] = within(_stretches(states, window[1], bad), window)
    return down, since


def _bad_states(body: Mapping[str, Any] | None) -> frozenset[State]:
    options = (body or {}).get("options") or {}
    wanted = options.get("on_missing_data")
    told = wanted == "show_and_notify_no_data" if wanted else bool(options.get("notify_no_data"))
    return frozenset({State.ALERT, State.NO_DATA}) if told else frozenset({State.ALERT})


def _stretches(states: Sequence[tuple[int, State]], end: int, bad: frozenset[State]) -> list[Interval]:
    edges = [second for second, _ in states[1:]] + [end]
    return [(second, edge) for (second, state), edge in zip(states, edges, strict=True) if state in bad]


def uptime(window: Interval, down: Sequence[Interval], since: int, counted: Sequence[Interval]) -> Count:
    """Count the seconds of the time that counts, as far as it is known how the monitors went."""
    start, end = window
    pieces = within(counted, (max(start, since), end))
    bad = length(merged(piece for each in pieces for piece in within(down, each)))
    total = length(pieces)
    return Count(start, end, float(bad), float(total)) if total else Count(start, end, None, None)
