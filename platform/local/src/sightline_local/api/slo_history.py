"""`/api/v1/slo/{id}/history`: of a metric SLO its counts in about a dozen buckets, else when it was up and down.

How it stood in all is part of either.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.slo import Count, MetricSlo
from sightline_datadog.evaluate.slos import Slo, down_of, measure, measure_groups, read_slo
from sightline_datadog.query import parse_metric_query, tree
from sightline_local.api.overall import EMPTY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Sources

_STEPS = (60, 300, 600, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 604800)
_BUCKETS = 12


def history(
    slo: Mapping[str, Any], window: tuple[int, int], corrections: Sequence[Any], sources: Sources
) -> dict[str, Any]:
    """Return the `data` of the answer.

    Raises:
        NotEvaluatedError: the SLO is not evaluated here.
    """
    parsed = read_slo(slo)
    start, end = window
    common = {
        "thresholds": {each["timeframe"]: each for each in slo["thresholds"]},
        "from_ts": start,
        "to_ts": end,
        "type": slo["type"],
        "type_id": slo["type_id"],
        "slo": dict(slo),
        "group_by": [],
    }
    if not isinstance(parsed.sli, MetricSlo):
        return common | _of_time(slo, parsed, window, corrections, sources)
    interval = next((each for each in _STEPS if (end - start) / each <= _BUCKETS), _STEPS[-1])
    edges = [start // 600 * 600, *range((start // interval + 1) * interval, end, interval), end]
    spans = [each for each in pairwise(edges) if each[0] < each[1]]
    *buckets, whole = measure([(parsed, each) for each in [*spans, window]], sources, end)
    good, total = (f"default_zero({slo['query'][key]})" for key in ("numerator", "denominator"))
    bad = f"{total} - {good}"
    return {
        **common,
        "series": {
            "timing": "0.0",
            "res_type": "time_series",
            "resp_version": 2,
            "query": f"{good}, {total}",
            "from_date": start * 1000,
            "to_date": end * 1000,
            "message": "",
            "interval": interval,
            "times": [each[0] * 1000.0 for each in spans],
            "numerator": _series(good, slo["query"]["numerator"], 0, [each.good or 0.0 for each in buckets]),
            "denominator": _series(total, slo["query"]["denominator"], 1, [each.total or 0.0 for each in buckets]),
            "numerator_query": good,
            "denominator_query": total,
            "bad_series_query": bad,
            "graph_query": f"{good}, {bad}",
        },
        "overall": _overall(slo, whole, corrections),
    }


def _of_time(
    slo: Mapping[str, Any], parsed: Slo, window: tuple[int, int], corrections: Sequence[Any], sources: Sources
) -> dict[str, Any]:
    start, end = window
    (whole,) = measure([(parsed, window)], sources, end)
    down = down_of(parsed, window, sources, end).overall
    groups = [
        {"name": ",".join(group), "group": ",".join(group)} | _overall(slo, count, ())
        for group, count in sorted(measure_groups(parsed, window, sources, end).items())
    ]
    # A pair is when it changed, and to what: 0 up, 1 down.
    changes = [pair for one, other in down for pair in ([max(one, start), 1], [other, 0])]
    changes = changes if changes and changes[0][0] == start else [[start, 0], *changes]
    history = [pair for pair in changes if pair[0] < end]
    return {"groups": groups, "overall": _overall(slo, whole, corrections) | {"history": history}}


def _series(expression: str, text: str, index: int, values: list[float]) -> dict[str, Any]:
    parsed, _ = parse_metric_query(text)
    name, scope = "*", "*"
    if isinstance(parsed, tree.MetricQuery):
        name, scope = parsed.metric, text[text.find("{") + 1 : text.find("}")]
    metadata: dict[str, Any] = {
        "unit": None,
        "query_index": index,
        "aggr": text.partition(":")[0] if ":" in text else None,
        "metric": f"default_zero({name})",
        "tag_set": [],
        "expression": expression,
        "scope": scope,
    }
    return {"values": values, "metadata": metadata, "sum": float(sum(values)), "count": len(values)}


def _overall(slo: Mapping[str, Any], whole: Count, corrections: Sequence[Any]) -> dict[str, Any]:
    value = None if whole.error_ratio is None else 100 * (1 - whole.error_ratio)
    errors = [{"error_message": EMPTY, "error_type": "ZERO_VALUED_DENOMINATOR"}]
    return {
        **({"errors": errors} if value is None else {}),
        "sli_value": value,
        "span_precision": 2,
        "precision": {each["timeframe"]: 0 for each in slo["thresholds"]},
        "uptime": value,
        "corrections": [
            {"start": each["attributes"]["start"], "end": each["attributes"]["end"]} for each in corrections
        ],
        "state": _state(slo, value),
    }


def _state(slo: Mapping[str, Any], value: float | None) -> str:
    if value is None:
        return "no_data"
    if value < slo["target_threshold"]:
        return "breached"
    return "warning" if value < (slo.get("warning_threshold") or 0) else "ok"
