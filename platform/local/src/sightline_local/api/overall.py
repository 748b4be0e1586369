"""How every SLO stands over each of its timeframes, as the vendor's search tells it; one request counts all events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.slo import TIMEFRAMES, Count, Status, Target, status
from sightline_datadog.evaluate.slos import Slo, measure, read_slo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Sources

EMPTY = "The denominator is zero valued"
"""What the vendor says of an SLO without events."""


def overall(slos: Sequence[Mapping[str, Any]], now: int, sources: Sources) -> dict[str, list[dict[str, Any]]]:
    """Return `overall_status` by the SLO's id; an SLO that is not evaluated here says why in `error`."""
    result: dict[str, list[dict[str, Any]]] = {}
    wanted: list[tuple[str, Slo, Target]] = []
    for slo in slos:
        try:
            parsed = read_slo(slo)
        except NotEvaluatedError as error:
            result[slo["id"]] = [_unknown(each, now, str(error)) for each in slo["thresholds"]]
            continue
        result[slo["id"]] = []
        wanted += [(slo["id"], parsed, target) for target in parsed.targets]
    for (slo_id, _, target), count in zip(wanted, _counts(wanted, now, sources), strict=True):
        judged = status(target, count) if isinstance(count, Count) else count
        result[slo_id].append(_known(judged, target, now))
    return result


def _counts(wanted: Sequence[tuple[str, Slo, Target]], now: int, sources: Sources) -> Sequence[Count | str]:
    asked = [(slo, (now - TIMEFRAMES[target.timeframe], now)) for _, slo, target in wanted]
    try:
        return measure(asked, sources, now)
    except NotEvaluatedError:
        # One formula that cannot be computed must not hide the others: count one by one.
        return [_alone(slo, window, now, sources) for slo, window in asked]


def _alone(slo: Slo, window: tuple[int, int], now: int, sources: Sources) -> Count | str:
    try:
        return measure([(slo, window)], sources, now)[0]
    except NotEvaluatedError as error:
        return str(error)


def _known(judged: Status | str, target: Target, now: int) -> dict[str, Any]:
    if isinstance(judged, str):
        return _unknown({"timeframe": target.timeframe, "target": target.target}, now, judged)
    return {
        "timeframe": target.timeframe,
        "target": target.target,
        "status": judged.sli,
        "error_budget_remaining": judged.budget_remaining,
        "raw_error_budget_remaining": None,
        "span_precision": None,
        "state": judged.state,
        "indexed_at": now,
        "error": EMPTY if judged.sli is None else None,
    }


def _unknown(threshold: Mapping[str, Any], now: int, error: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("status", "error_budget_remaining", "raw_error_budget_remaining", "span_precision"))
    return {
        "timeframe": threshold["timeframe"],
        "target": threshold["target"],
        **nothing,
        "state": "no_data",
        "indexed_at": now,
        "error": error,
    }
