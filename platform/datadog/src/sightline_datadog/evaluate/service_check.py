"""Service checks: `"http.can_connect".over("env:prod").by("host").last(4).count_by_status()`.

As many statuses in a row as a threshold names make the state. https://docs.datadoghq.com/monitors/types/service_check/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.look import Look
from sightline_datadog.evaluate.missing import missing, patience_s
from sightline_datadog.evaluate.states import Evaluation, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Sources
    from sightline_datadog.query.alerts import ServiceCheck

NAMES = ("ok", "warning", "critical", "unknown")
_STATES = {"ok": State.OK, "warning": State.WARN, "critical": State.ALERT}
DEFAULT_PATIENCE_S = 24 * 3600
"""Without a status for so long a check has no data."""


@dataclass(frozen=True, slots=True)
class CheckWatch:
    """A service-check monitor."""

    query: ServiceCheck
    options: Mapping[str, Any]

    def look(self, sources: Sources, now: int) -> Look:
        """Look at the last statuses of every group.

        Raises:
            NotEvaluatedError: the statuses are not known here, or percentages of them are asked for.
        """
        if self.query.calls[-1].name != "count_by_status":
            raise NotEvaluatedError("percentages of checks are not evaluated here")
        if sources.checks is None:
            raise NotEvaluatedError("the statuses of service checks are not known here")
        by = self._arguments("by")
        count = int((self._arguments("last") or ("1",))[0])
        found = sources.checks.statuses(self.query, by, count, now)
        patience = patience_s(self.options, DEFAULT_PATIENCE_S)
        gone = missing(self.options, "no status was reported", None)
        groups = {}
        for group, statuses in found.items():
            late = patience is not None and statuses and now - statuses[-1][0] >= patience
            groups[group] = gone if late or not statuses else self._judge([status for _, status in statuses])
        if not by:
            return Look({(): groups.get((), gone)}, now, gone)
        return Look(groups, now, gone)

    def _arguments(self, name: str) -> tuple[str, ...]:
        return tuple(
            part.strip("\"' ")
            for call in self.query.calls
            if call.name == name
            for argument in call.arguments
            for part in argument.strip("\"' ").split(",")
        )

    def _judge(self, statuses: Sequence[int]) -> Evaluation:
        last = NAMES[statuses[-1]] if 0 <= statuses[-1] < len(NAMES) else "unknown"
        row = 0
        for status in reversed(statuses):
            if status != statuses[-1]:
                break
            row += 1
        given = self.options.get("thresholds") or {}
        # The vendor's defaults: one status is enough to alert, to warn and to recover.
        needed = int(given.get(last) or 1)
        values = {"status": last, "in_a_row": row, "threshold": needed}
        reason = f"{row} times {last} in a row; {needed} are needed"
        if row < needed or last == "unknown":
            return Evaluation(None, f"{reason}: the state is kept", values)
        return Evaluation(_STATES[last], reason, values)
