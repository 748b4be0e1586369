"""The dialects of monitors that are neither metric nor SLO alerts: searches, formulas, checks, composites."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_core.suggest import did_you_mean
from sightline_datadog.query import alerts, tree
from sightline_datadog.query.boolean import Dialect, any_of, bracketed, refused
from sightline_datadog.query.metric import parse_calls, parse_expression
from sightline_datadog.query.problems import BAD_WINDOW
from sightline_datadog.query.scanner import Scanner
from sightline_datadog.query.search import parse_search

if TYPE_CHECKING:
    from sightline_datadog.query.tree import Comparator

SOURCES = {
    "audit alert": "audits",
    "ci-pipelines alert": "ci-pipelines",
    "ci-tests alert": "ci-tests",
    "database-monitoring alert": "database-monitoring",
    "error-tracking alert": "error-tracking",
    "event alert": "events",
    "event-v2 alert": "events",
    "llm-observability alert": "llm-observability",
    "log alert": "logs",
    "network-path alert": "network-path",
    "network-performance alert": "network-performance",
    "process alert": "processes",
    "rum alert": "rum",
    "trace-analytics alert": "trace-analytics",
}
"""What each type searches; `error-tracking` has variants such as `error-tracking-rum`."""

METHODS = (
    "index", "rollup", "by", "last", "current", "over", "source", "new", "impact", "exclude", "count_by_status",
    "pct_by_status", "anomaly", "change", "forecast",
)  # fmt: skip
_HEAD = re.compile(r"([a-z][a-z0-9_-]*)\s*\(")
_TEXT = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'", re.DOTALL)
_SPAN = re.compile(r"[\"']?[0-9]{1,6}(?:s|m|h|d|w|mo)[\"']?$")
_COUNT = re.compile(r"[0-9]{1,6}$")
_MONITOR = re.compile(r"\$\{[^{}]*\}|%\{[^{}]*\}|[0-9]+")


def parse_search_alert(scanner: Scanner, monitor_type: str) -> alerts.SearchAlert | alerts.FormulaAlert:
    """Parse `source("search").calls() > number`, or a formula in the place of the search."""
    wanted = SOURCES.get(monitor_type)
    head = scanner.match(_HEAD) or scanner.fail(
        f"expected `{wanted or 'formula'}(`", help=f'it reads `{wanted or "formula"}("…").last("5m") > 5`'
    )
    source = head[1]
    if source != "formula" and wanted and source != wanted and not source.startswith(f"{wanted}-"):
        scanner.fail(
            f"a monitor of type `{monitor_type}` does not search `{source}`",
            start=head.start(),
            end=head.end(1),
            label="another source belongs here",
            help=f"write `{wanted}(…)` or `formula(…)`",
        )
    quoted = scanner.match(_TEXT) or scanner.fail("expected a quoted text")
    inner = Scanner(scanner.text[: quoted.end() - 1], quoted.start() + 1, variables=True)
    where = None if source == "formula" else parse_search(inner)
    expression = _formula(inner) if source == "formula" else None
    scanner.need(")", "to close the search")
    calls = _methods(scanner)
    if not any(call.name in {"last", "current"} for call in calls):
        scanner.fail("the window is missing", label="nothing says over how long", help='add `.last("5m")`')
    comparator, threshold, written = comparison(scanner)
    at, quote = (0, len(scanner.text)), quoted.group()[0]
    if expression is not None:
        return alerts.FormulaAlert(expression, calls, comparator, threshold, at, quote, written)
    return alerts.SearchAlert(source, where or tree.All(()), calls, comparator, threshold, at, quote, written)


def _formula(inner: Scanner) -> tree.Expression:
    expression = parse_expression(inner)
    if not inner.at_end():
        inner.fail("the formula goes on after its end")
    return expression


def _methods(scanner: Scanner, counted: re.Pattern[str] = _SPAN) -> tuple[tree.Call, ...]:
    calls = parse_calls(scanner)
    for call in calls:
        near = None if call.name in METHODS else did_you_mean(call.name, METHODS)
        start, end = call.at
        if near:
            scanner.fail(
                f"unknown `.{call.name}(…)`",
                start=start,
                end=end,
                label="not known",
                help=f"did you mean `.{near}(…)`?",
            )
        if call.name == "last" and not (len(call.arguments) == 1 and counted.match(call.arguments[0])):
            what = "a count such as `.last(2)`" if counted is _COUNT else 'a window such as `.last("5m")`'
            scanner.fail("this is no window", start=start, end=end, label=f"write {what}", code=BAD_WINDOW)
    return calls


def comparison(scanner: Scanner) -> tuple[Comparator, float, str]:
    """Parse `> 14.4` up to the end; return how the number is written, too."""
    comparator = scanner.comparator() or scanner.fail("expected a comparison such as `> 14.4`")
    threshold = scanner.numeral() or scanner.fail("expected a number")
    if not scanner.at_end():
        scanner.fail("the query goes on after its end")
    return comparator, *threshold


def parse_service_check(scanner: Scanner) -> alerts.ServiceCheck:
    """Parse `"check".over("tag").last(2).count_by_status()`."""
    check = scanner.match(_TEXT) or scanner.fail(
        "expected a check's name in quotes", help='it reads `"name".over("*").last(2).count_by_status()`'
    )
    calls = _methods(scanner, _COUNT)
    if not scanner.at_end():
        scanner.fail("the query goes on after its end", help="its thresholds stand in the options")
    if not calls or calls[-1].name not in {"count_by_status", "pct_by_status"}:
        scanner.fail("`.count_by_status()` is missing", label="the query ends here")
    return alerts.ServiceCheck(check.group()[1:-1], calls, (0, len(scanner.text)), check.group()[0])


def parse_composite(scanner: Scanner) -> alerts.Composite:
    """Parse `1 && (2 || !3)`."""
    condition = any_of(scanner, COMPOSITE)
    if not scanner.at_end():
        scanner.fail("the query goes on after its end", help="join monitors with `&&` or `||`")
    return alerts.Composite(condition, (0, len(scanner.text)))


def _one_monitor(scanner: Scanner) -> tree.Filter:
    start = scanner.skip()
    scanner.descend()
    if scanner.take("!"):
        inner: tree.Filter = refused(_one_monitor(scanner), "!")
    elif scanner.take("("):
        inner = bracketed(any_of(scanner, COMPOSITE))
        scanner.need(")", "to close the bracket")
    else:
        found = scanner.match(_MONITOR) or scanner.fail(
            "expected a monitor's id", help="a composite reads `123 && !456`"
        )
        inner = tree.Term(found.group(), at=(start, scanner.position))
    scanner.depth -= 1
    return inner


COMPOSITE = Dialect(re.compile(r"\|\|"), re.compile(r"&&"), _one_monitor)
