"""Trees back to text: one spelling for each meaning, which parses to an equal tree."""

from __future__ import annotations

from sightline_datadog.query import tree
from sightline_datadog.query.monitor import format_duration

LONGEST_IN_HOURS_S = 168 * 3600
LONG_UNITS = {"mo": 2592000, "w": 604800, "d": 86400, "h": 3600, "m": 60}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}


def canonical(node: tree.Expression | tree.MonitorQuery) -> str:
    """Print a query, a formula or a monitor's query."""
    match node:
        case tree.BurnRate():
            windows = f'.long_window("{format_duration(node.long_window_s)}")'
            windows += f'.short_window("{format_duration(node.short_window_s)}")'
            return f'burn_rate("{node.slo_id}").over("{node.over}"){windows} {node.comparator} {number(node.threshold)}'
        case tree.ErrorBudget():
            return f'error_budget("{node.slo_id}").over("{node.over}") {node.comparator} {number(node.threshold)}'
        case tree.MetricAlert():
            head = node.other or f"{node.aggregator}(last_{_window(node.window_s)})"
            return f"{head}:{_expression(node.expression, 0)} {node.comparator} {number(node.threshold)}"
        case _:
            return _expression(node, 0)


def _window(seconds: int) -> str:
    # The vendor takes up to 168 hours; what is longer it takes in days, weeks or months.
    if seconds <= LONGEST_IN_HOURS_S:
        return format_duration(seconds)
    unit, size = next((unit, size) for unit, size in LONG_UNITS.items() if seconds % size == 0)
    return f"{seconds // size}{unit}"


def number(value: float) -> str:
    """Print a number without a needless fraction: `5`, `14.4`."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _expression(node: tree.Expression, strength: int) -> str:
    match node:
        case tree.Number(value=value):
            return number(value)
        case tree.Keyword(name=name, value=inner):
            return f"{name}={_expression(inner, 0)}"
        case tree.Text(value=value, quote=quote):
            return f"{quote}{value}{quote}"
        case tree.MetricQuery():
            return _metric_query(node)
        case tree.Function(name=name, arguments=arguments, calls=calls):
            return f"{name}({', '.join(_expression(each, 0) for each in arguments)})" + _calls(calls)
        case tree.Arithmetic(operator=operator, left=left, right=right):
            own = _STRENGTH[operator]
            # The right side of an equal operator keeps its bracket: a - (b - c) is not a - b - c.
            text = f"{_expression(left, own)} {operator} {_expression(right, own + 1)}"
            return f"({text})" if own < strength else text


def _metric_query(node: tree.MetricQuery) -> str:
    condition = node.condition
    kept = f"(v: v{condition.comparator}{number(condition.threshold)})" if condition else ""
    by = f" by {{{','.join(node.by)}}}" if node.by else ""
    return f"{node.aggregator}{kept}:{node.metric}{{{filter_text(node.where)}}}{by}{_calls(node.calls)}"


def _calls(calls: tuple[tree.Call, ...]) -> str:
    return "".join(f".{each.name}({', '.join(each.arguments)})" for each in calls)


def filter_text(where: tree.All) -> str:
    """Print what stands in the braces; `*` for nothing."""
    return ",".join(_filter(part, 0) for part in where.parts) or "*"


def _filter(node: tree.Filter, strength: int) -> str:
    match node:
        case tree.Term(text=text, negated=negated):
            return f"!{text}" if negated else text
        case tree.Membership(key=key, values=values, negated=negated):
            return f"{key} {'NOT ' if negated else ''}IN ({','.join(values)})"
        case tree.Not(part=part):
            return f"NOT ({_filter(part, 0)})"
        case tree.Any(parts=parts):
            text = " OR ".join(_filter(each, 1) for each in parts)
            return f"({text})" if strength > 0 else text
        case tree.All(parts=parts):
            text = " AND ".join(_filter(each, 2) for each in parts)
            return f"({text})" if strength > 1 else text
