"""The two forms of what a metric SLO counts: the older `query`, and `sli_specification.count` with its formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sightline_datadog.query import canonical, parse_metric_query, tree

if TYPE_CHECKING:
    from collections.abc import Mapping


def shown(slo: Mapping[str, Any]) -> dict[str, Any]:
    """Return an SLO as answers show it: since March 2026 also an older `query` as the count that it is.

    Sums and differences become formulas in brackets over their queries, each of them once. A query with functions is
    left alone: what the vendor makes of those is in no recording.
    """
    if slo["type"] != "metric" or "sli_specification" in slo:
        return dict(slo)
    good, total = (parse_metric_query(slo["query"][key])[0] for key in ("numerator", "denominator"))
    names: dict[str, str] = {}
    formulas = [_formula(each, names) for each in (good, total)]
    if None in formulas:
        return dict(slo)
    queries = [{"data_source": "metrics", "name": name, "query": text} for text, name in names.items()]
    count = {
        "queries": queries,
        "good_events_formula": {"formula": formulas[0]},
        "total_events_formula": {"formula": formulas[1]},
    }
    return {**slo, "sli_specification": {"count": count}}


def _formula(expression: tree.Expression | None, names: dict[str, str]) -> str | None:
    match expression:
        case tree.MetricQuery():
            return names.setdefault(canonical(expression), f"query{len(names) + 1}")
        case tree.Arithmetic(operator=operator, left=left, right=right):
            sides = _formula(left, names), _formula(right, names)
            return None if None in sides else f"({sides[0]} {operator} {sides[1]})"
        case tree.Number():
            return canonical(expression)
        case _:
            return None


def synthesised(count: Mapping[str, Any]) -> dict[str, str]:
    """The legacy `query`, which the vendor makes beside every `sli_specification.count`."""
    texts = {each["name"]: each["query"] for each in count["queries"]}

    def of(key: str) -> str:
        formula = (count.get(f"{key}_events_formula") or {}).get("formula", "")
        return re.sub(r"[A-Za-z_]\w*", lambda name: str(texts.get(name[0], name[0])), str(formula))

    good, bad, total = of("good"), of("bad"), of("total")
    total = total or f"({good}) + ({bad})"
    return {"numerator": good or f"({total}) - ({bad})", "denominator": total}
