"""Trees back to text, as they were spelled, in our white space; what was made by hand gets the usual spelling."""

from __future__ import annotations

from sightline_datadog.query import alerts, tree
from sightline_datadog.query.filter_printer import filter_text, inner_text
from sightline_datadog.query.monitor import format_duration, parse_duration, window_seconds

LONGEST_IN_HOURS_S = 168 * 3600
LONG_UNITS = {"mo": 2592000, "w": 604800, "d": 86400, "h": 3600, "m": 60}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
_SIGNED = 3


def canonical(node: tree.Expression | alerts.AnyMonitorQuery) -> str:
    """Print a query, a formula or a monitor's query; parsing the text gives an equal tree."""
    match node:
        case tree.MetricAlert():
            head = node.other or f"{node.aggregator}(last_{_window(node)})"
            return f"{head}:{_expression(node.expression, 0)} {_compared(node)}"
        case tree.BurnRate() | tree.ErrorBudget():
            head = "burn_rate" if isinstance(node, tree.BurnRate) else "error_budget"
            return f"{head}({node.quote}{node.slo_id}{node.quote}){_windows(node)} {_compared(node)}"
        case alerts.SearchAlert() | alerts.FormulaAlert():
            if isinstance(node, alerts.SearchAlert):
                head, inner = node.source, inner_text(node.where)
            else:
                head, inner = "formula", _expression(node.expression, 0)
            return f"{head}({node.quote}{inner}{node.quote}){_calls(node.calls)} {_compared(node)}"
        case alerts.ServiceCheck() | alerts.Composite() | alerts.Verbatim():
            return _unthresholded(node)
        case _:
            return _expression(node, 0)


def _unthresholded(node: alerts.ServiceCheck | alerts.Composite | alerts.Verbatim) -> str:
    match node:
        case alerts.ServiceCheck():
            return f"{node.quote}{node.check}{node.quote}{_calls(node.calls)}"
        case alerts.Composite():
            return inner_text(node.condition)
        case alerts.Verbatim():
            return node.text


def _compared(
    node: tree.BurnRate | tree.ErrorBudget | tree.MetricAlert | alerts.SearchAlert | alerts.FormulaAlert,
) -> str:
    dynamic = node.written == "threshold" and node.threshold == 0
    return f"{node.comparator} {node.written if dynamic else number(node.threshold, node.written)}"


def _windows(node: tree.BurnRate | tree.ErrorBudget) -> str:
    usual = [("over", f'"{node.over}"')]
    if isinstance(node, tree.BurnRate):
        usual.append(("long_window", f'"{format_duration(node.long_window_s)}"'))
        usual.append(("short_window", f'"{format_duration(node.short_window_s)}"'))
    values = {name: text[1:-1] for name, text in usual}
    # A copy with another window keeps the spelling of the old one: it counts only while it means the same.
    kept = len(node.spelled) == len(usual) and all(
        text[1:-1] == values[name] if name == "over" else parse_duration(text[1:-1]) == parse_duration(values[name])
        for name, text in node.spelled
    )
    return "".join(f".{name}({text})" for name, text in (node.spelled if kept else usual))


def _window(node: tree.MetricAlert) -> str:
    if window_seconds(node.window) == node.window_s:
        return node.window
    # The vendor takes up to 168 hours; what is longer it takes in days, weeks or months.
    if node.window_s <= LONGEST_IN_HOURS_S:
        return format_duration(node.window_s)
    unit, size = next((unit, size) for unit, size in LONG_UNITS.items() if node.window_s % size == 0)
    return f"{node.window_s // size}{unit}"


def number(value: float, written: str = "") -> str:
    """Print a number as it was written, else without a needless fraction: `5`, `14.4`."""
    if written and written != "-" and float(written) == value:
        return written
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _expression(node: tree.Expression, strength: int) -> str:
    match node:
        case tree.Number(value=value, written=written):
            text = number(value, written)
        case tree.Keyword(name=name, value=inner):
            return f"{name}={_expression(inner, 0)}"
        case tree.Text(value=value, quote=quote):
            return f"{quote}{value}{quote}"
        case tree.Listing(parts=parts):
            return ", ".join(_expression(each, 0) for each in parts)
        case tree.Variable(name=name):
            text = name
        case tree.MetricQuery():
            text = _metric_query(node)
        case tree.Function(name=name, arguments=arguments, calls=calls):
            text = f"{name}({', '.join(_expression(each, 0) for each in arguments)})" + _calls(calls)
        case tree.Arithmetic():
            text, own = _arithmetic(node)
            if own < strength and not node.brackets:
                return f"({text})"
    return "(" * node.brackets + text + ")" * node.brackets


def _arithmetic(node: tree.Arithmetic) -> tuple[str, int]:
    match node.left:
        case tree.Number(value=-1.0, written="-", brackets=0) if node.operator == "*":
            return f"-{_expression(node.right, _SIGNED)}", _SIGNED
        case left:
            own = _STRENGTH[node.operator]
            # The right side of an equal operator keeps its bracket: a - (b - c) is not a - b - c.
            return f"{_expression(left, own)} {node.operator} {_expression(node.right, own + 1)}", own


def _metric_query(node: tree.MetricQuery) -> str:
    condition = node.condition
    kept = f"(v: v{condition.comparator}{number(condition.threshold, condition.written)})" if condition else ""
    head = "" if node.bare and node.aggregator == "avg" and not kept else f"{node.aggregator}{kept}:"
    by = f" by {{{','.join(node.by)}}}" if node.by else ""
    return f"{head}{node.metric}{{{filter_text(node.where)}}}{by}{_calls(node.calls)}"


def _calls(calls: tuple[tree.Call, ...]) -> str:
    return "".join(f".{each.name}({', '.join(each.arguments)})" for each in calls)
