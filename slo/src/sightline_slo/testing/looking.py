"""A scenario as the local backend's evaluator sees it: the very monitors that are pushed, looked at by the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sightline_datadog.documents import Kind
from sightline_datadog.evaluate.look import Look
from sightline_datadog.evaluate.machine import advance, overall
from sightline_datadog.evaluate.machine_rules import Rules
from sightline_datadog.evaluate.slo import MetricSlo, Target, counts
from sightline_datadog.evaluate.slo_alert import burn_of, judge_burns
from sightline_datadog.evaluate.states import State
from sightline_datadog.evaluate.thresholds import Thresholds
from sightline_datadog.query import parse_monitor_query, tree
from sightline_slo.backends import datadog
from sightline_slo.backtesting.history import prefix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.evaluate.source import Series, SumRequest
    from sightline_datadog.evaluate.states import Evaluation, Standing
    from sightline_slo.backtesting.alarm import Alarm
    from sightline_slo.backtesting.history import History
    from sightline_slo.model import Slo

_EVERYTHING = tree.All((tree.Term("*"),))
_BAD = tree.MetricQuery("sum", "bad", _EVERYTHING)
_TOTAL = tree.MetricQuery("sum", "total", _EVERYTHING)


@dataclass(slots=True)
class HistorySource:
    """A history as the evaluator's source of numbers."""

    history: History
    _sums: dict[tree.MetricQuery, list[float]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Add up once."""
        self._sums = {_BAD: prefix(self.history.bad).tolist(), _TOTAL: prefix(self.history.total).tolist()}

    def sums(self, requests: Sequence[SumRequest]) -> list[float | None]:
        """Answer each request from the prefix sums."""
        start, width, last = self.history.start, self.history.step_s, len(self.history.total)
        answers: list[float | None] = []
        for each in requests:
            sums = self._sums[each.query]
            first = max((each.start - start) // width, 0)
            answers.append(sums[min((each.end - start) // width, last)] - sums[min(first, last)])
        return answers

    def series(self, query: tree.MetricQuery, start: int, end: int, interval: int) -> list[Series]:
        """Refuse: a burn rate asks for sums."""
        raise NotImplementedError(f"{query} from {start} to {end} by {interval}: only sums are answered")


def pushed(slo: Slo) -> dict[tuple[int, int], tree.BurnRate]:
    """Return the burn-rate queries of the monitors that a push of this SLO makes, by their windows."""
    found: dict[tuple[int, int], tree.BurnRate] = {}
    for document in datadog.documents([slo]):
        if document.kind is Kind.MONITOR:
            query, _ = parse_monitor_query(str(document.body["type"]), str(document.body["query"]))
            if isinstance(query, tree.BurnRate):
                found[query.long_window_s, query.short_window_s] = query
    return found


def look(alarm: Alarm, query: tree.BurnRate, slo: Slo, history: History, first: int = 0) -> NDArray[np.bool_]:
    """Look at one monitor through a history, as often as the vendor does; return whether it alerts at each step.

    Nobody looks before entry `first`, where nothing has failed yet.
    """
    source = HistorySource(history)
    target = Target(query.over, slo.objective)
    over = MetricSlo(None, _BAD, _TOTAL, (target,))
    thresholds = Thresholds(query.comparator, query.threshold)
    windows = (query.long_window_s, query.short_window_s)
    # What is pushed has no option that time has a part in.
    standings: Mapping[Group, Standing] = {}
    rules, alerts = Rules(alarm.cadence_s), False
    states = np.zeros(len(history.total), dtype=np.bool_)
    for index, now in enumerate(history.clock[first:].tolist(), first):
        if now % alarm.cadence_s == 0:
            measured = counts(over, [(now - window, now) for window in windows], source)
            evaluation = judge_burns(target, [burn_of(target, each) for each in measured], thresholds)
            standings = advance(standings, Look({(): evaluation}, now), rules, touch=False).standings
            alerts = overall(standings) is State.ALERT and _enough(alarm, evaluation)
        states[index] = alerts
    return states


def _enough(alarm: Alarm, evaluation: Evaluation) -> bool:
    """Whether the long window holds what the guard asks for: the other part of the composite monitor."""
    long = evaluation.values["long"]
    return bool(long["total"] >= alarm.min_events and long["bad"] >= alarm.min_failures)
