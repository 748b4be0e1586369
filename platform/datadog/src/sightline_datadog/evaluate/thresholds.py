"""Critical and warning thresholds and their recoveries: a value in, what it asks for out.

Recovery: https://docs.datadoghq.com/monitors/guide/recovery-thresholds/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.compare import passes, words
from sightline_datadog.evaluate.errors import number_of
from sightline_datadog.evaluate.states import Evaluation, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.query.tree import Comparator

# What lets a monitor out of its state again, by what brought it in; equality has no other side to recover on.
RECOVERY: dict[Comparator, Comparator] = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a monitor compares with; None where it has no such threshold."""

    comparator: Comparator
    critical: float
    warning: float | None = None
    critical_recovery: float | None = None
    warning_recovery: float | None = None


def read_thresholds(comparator: Comparator, number: float, options: Mapping[str, Any]) -> Thresholds:
    """Read a monitor's thresholds; the query's number is the critical one where the options name none.

    Raises:
        NotEvaluatedError: one of them is no number.
    """
    given = options.get("thresholds") or {}

    def of(key: str) -> float | None:
        return None if given.get(key) is None else number_of(given[key], f"its `{key}` threshold")

    critical = of("critical")
    return Thresholds(
        comparator,
        number if critical is None else critical,
        of("warning"),
        of("critical_recovery"),
        of("warning_recovery"),
    )


def judge(thresholds: Thresholds, value: float, values: Mapping[str, Any] | None = None) -> Evaluation:
    """Compare a value: the state that it asks for, and the states that it is not good enough to leave."""
    sign, critical = thresholds.comparator, thresholds.critical
    known = {"value": value, "threshold": critical, **(values or {})}
    reason = f"{value:.6g} is compared with {words(sign)} {critical:g}"
    if passes(value, sign, critical):
        return Evaluation(State.ALERT, reason, known)
    state = State.OK
    if thresholds.warning is not None and passes(value, sign, thresholds.warning):
        state = State.WARN
    holds = held(thresholds, value)
    return Evaluation(state, reason, known, holds=holds - {state})


def held(thresholds: Thresholds, value: float) -> frozenset[State]:
    """Return the states whose recovery threshold a value has not passed."""
    back = RECOVERY.get(thresholds.comparator)
    pairs = ((State.ALERT, thresholds.critical_recovery), (State.WARN, thresholds.warning_recovery))
    return frozenset(
        state
        for state, threshold in pairs
        if back is not None and threshold is not None and not passes(value, back, threshold)
    )
