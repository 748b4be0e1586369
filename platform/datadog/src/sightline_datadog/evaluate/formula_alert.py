"""Formulas over `options.variables`: `formula("query2 / query1 * 100").last("15m") >= 0.8`, of events or metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate import counted, functions, pointwise, search_alert
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.lines import Lines, Value, combine, on_window, resolved
from sightline_datadog.evaluate.thresholds import Thresholds, read_thresholds
from sightline_datadog.evaluate.windows import Window, bounds
from sightline_datadog.query import alerts, parse_metric_query, tree
from sightline_datadog.query.scanner import Scanner
from sightline_datadog.query.search import parse_search

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Group, Look, Sources

_NOW = 0
_EVENTS = frozenset({"logs", "events", "rum", "spans", "audit", "ci_pipelines", "ci_tests", "database_queries"})


@dataclass(frozen=True, slots=True)
class FormulaWatch:
    """A formula monitor, read once."""

    query: alerts.FormulaAlert
    variables: Mapping[str, Mapping[str, Any]]
    window: Window
    thresholds: Thresholds
    options: Mapping[str, Any]

    def look(self, sources: Sources, now: int) -> Look:
        """Compute every variable over the window, then the formula, group by group.

        Raises:
            NotEvaluatedError: a variable is of what is not known here.
        """
        window = bounds(self.window, self.options, now)
        values = {name: self._measured(variable, window, sources, now) for name, variable in self.variables.items()}
        counts = {name for name, variable in self.variables.items() if _counts(variable)}
        by = sorted({key for variable in self.variables.values() for key in _by(variable)})
        groups = {group for found in values.values() for group in found if group or not by}
        if groups or not by:
            for name in counts:
                # Nothing counted beside something counted is zero.
                if not _by(self.variables[name]):
                    values[name] = values[name] or {(): 0.0}
                else:
                    values[name] = {**dict.fromkeys(groups, 0.0), **values[name]}
        nothing = not any(values.values()) or all(not any(found.values()) for found in values.values())
        result = self._computed(values)
        if nothing and not by:
            result = {}
        every = len(counts) == len(self.variables)
        return search_alert.judged(self.thresholds, result, self.options, now, by=by, counts=every)

    def _computed(self, values: Mapping[str, Mapping[Group, float]]) -> dict[Group, float]:
        lines: dict[str, Lines] = {
            name: {group: {_NOW: value} for group, value in found.items()} for name, found in values.items()
        }
        result = _value(self.query.expression, lines)
        if not isinstance(result, dict):
            raise NotEvaluatedError("it is a number and no query")
        return {group: line[_NOW] for group, line in result.items() if _NOW in line}

    def _measured(
        self, variable: Mapping[str, Any], window: tuple[int, int], sources: Sources, now: int
    ) -> Mapping[Group, float]:
        kind = str(variable.get("data_source"))
        if kind == "metrics":
            return _of_metric(variable, self.window, window, sources, now)
        if kind not in _EVENTS:
            raise NotEvaluatedError(f"data of `{kind}` is not evaluated here")
        if sources.events is None:
            raise NotEvaluatedError(f"the events of `{kind}` are not known here")
        compute = variable.get("compute") or {}
        search = str((variable.get("search") or {}).get("query") or "")
        where = parse_search(Scanner(search))
        calls = tuple(tree.Call("index", (str(each),)) for each in variable.get("indexes") or ())
        query = alerts.SearchAlert(kind.replace("_", "-"), where, calls, ">", 0.0)
        method = str(compute.get("aggregation") or "count")
        return sources.events.measure(query, _by(variable), window, method, str(compute.get("metric") or ""))


def _of_metric(
    variable: Mapping[str, Any], window: Window, edges: tuple[int, int], sources: Sources, now: int
) -> Mapping[Group, float]:
    expression, problems = parse_metric_query(str(variable.get("query") or ""))
    if expression is None:
        raise NotEvaluatedError(f"its query cannot be read: {problems[0].message}")
    functions.refuse_unknown(expression)
    ready = resolved(expression)
    span = pointwise.Span(*edges, pointwise.default_interval(window.length_s), now)
    if any(each.has("as_count") for each in tree.queries(ready)):
        return counted.sums(ready, span, sources.metrics)
    aggregator = str(variable.get("aggregator") or "avg")
    if aggregator not in {"avg", "sum", "min", "max"}:
        raise NotEvaluatedError(f"`{aggregator}` over a window is not evaluated here")
    lines = pointwise.lines(ready, span, sources.metrics)
    found = {group: on_window(aggregator, line) for group, line in lines.items()}
    return {group: value for group, value in found.items() if value is not None}


def read_formula_alert(query: alerts.FormulaAlert, options: Mapping[str, Any]) -> FormulaWatch:
    """Read a formula monitor.

    Raises:
        NotEvaluatedError: it is not evaluated here, or a variable is not there.
    """
    search_alert.refuse(query.calls)
    if any(call.name == "rollup" for call in query.calls):
        raise NotEvaluatedError("`.rollup(…)` of a formula is not evaluated here")
    variables = {str(each.get("name")): each for each in options.get("variables") or ()}
    for name in _names(query.expression):
        if name not in variables:
            raise NotEvaluatedError(f"nothing says what `{name}` is")
    thresholds = read_thresholds(query.comparator, query.threshold, options)
    used = {name: variables[name] for name in _names(query.expression)}
    return FormulaWatch(query, used, search_alert.last_of(query.calls), thresholds, options)


def _names(expression: tree.Expression) -> tuple[str, ...]:
    match expression:
        case tree.Variable(name=name):
            return (name,)
        case tree.Arithmetic(left=left, right=right):
            return _names(left) + _names(right)
        case tree.Function(arguments=arguments):
            return tuple(name for each in arguments for name in _names(each))
        case _:
            return ()


def _value(node: tree.Expression, values: Mapping[str, Lines]) -> Value:
    match node:
        case tree.Number(value=value):
            return value
        case tree.Variable(name=name):
            return values[name]
        case tree.Arithmetic(operator=operator, left=left, right=right):
            return combine(operator, _value(left, values), _value(right, values))
        case tree.Function(name=name, arguments=arguments) if name in {*functions.POINTWISE, *functions.FILLING}:
            return functions.apply(name, [_value(each, values) for each in arguments], (), (_NOW,))
        case _:
            raise NotEvaluatedError("a part of the formula is not computed here")


def _counts(variable: Mapping[str, Any]) -> bool:
    if variable.get("data_source") == "metrics":
        return ".as_count()" in str(variable.get("query"))
    return str((variable.get("compute") or {}).get("aggregation", "count")) == "count"


def _by(variable: Mapping[str, Any]) -> Sequence[str]:
    if variable.get("data_source") == "metrics":
        expression, _ = parse_metric_query(str(variable.get("query") or ""))
        found = tree.queries(expression) if expression is not None else ()
        return tuple(dict.fromkeys(key for each in found for key in each.by))
    return tuple(str(each["facet"]) for each in variable.get("group_by") or () if each.get("facet"))
