"""What monitors ask, by their type."""

from __future__ import annotations

import re
from typing import cast

from sightline_datadog.query import alerts, tree
from sightline_datadog.query.dialects import (
    SOURCES,
    comparison,
    parse_composite,
    parse_search_alert,
    parse_service_check,
)
from sightline_datadog.query.metric import parse_expression
from sightline_datadog.query.problems import BAD_WINDOW, Problem, QuerySyntaxError
from sightline_datadog.query.scanner import Scanner

PARSED_TYPES = ("slo alert", "metric alert", "query alert")
FORMULA_TYPES = ("", "query alert", "metric alert", "cost alert", "data-jobs alert", "data-quality alert")
TIME_AGGREGATORS = ("avg", "sum", "min", "max")

_HEAD = re.compile(r"(burn_rate|error_budget)\s*\(")
_STRING = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_METHOD = re.compile(r"\.\s*([a-z_]+)\s*\(")
_DURATION = re.compile(r"([0-9]{1,9})\s*(m|h|d|w)$")
_WINDOW = re.compile(r"([a-z_]+)\s*\(\s*last_([0-9]{1,6})(mo|m|h|d|w)\s*\)\s*:")
# Cumulative windows, forecasts, percentiles and changes between two windows: valid, and not evaluated here.
_SPAN = r"[0-9]{1,6}(?:mo|m|h|d|w)"
_OTHER_WINDOW = re.compile(
    rf"(?:(?:avg|sum|min|max)\s*\(\s*(?:current|next)_{_SPAN}\s*\)|percentile\s*\(\s*last_{_SPAN}\s*\)"
    rf"|(?:pct_)?change\s*\(\s*(?:avg|sum|min|max)\s*\(\s*last_{_SPAN}\s*\)\s*,\s*(?:last_{_SPAN}|{_SPAN}_ago)\s*\))"
    r"(?=\s*:)"
)
_DYNAMIC = re.compile(r"(>=|<=|==|!=|>|<)\s*threshold\s*$")
_FORMULA = re.compile(r"\s*formula\s*\(")
_UNITS = {"m": 60, "h": 3600, "d": 86400, "w": 604800, "mo": 2592000}


def parse_duration(text: str) -> int | None:
    """Return the seconds of `5m`, `1h`, `7d`; None for anything else."""
    found = _DURATION.match(text.strip())
    return int(found[1]) * _UNITS[found[2]] if found else None


def format_duration(seconds: int) -> str:
    """Return the shortest spelling that the vendor takes: `5m`, `1h`, `24h` (never `1d`: windows are in hours)."""
    return f"{seconds // 3600}h" if seconds % 3600 == 0 else f"{seconds // 60}m"


def parse_monitor_query(monitor_type: str, text: str) -> tuple[tree.MonitorQuery | None, tuple[Problem, ...]]:
    """Parse the query of a monitor as one that may be evaluated.

    Returns:
        The tree and no problem; None and what is wrong; or None and nothing for what is right and of a dialect that is
        never evaluated from metrics (`read_monitor_query` gives its tree).
    """
    query, problems = read_monitor_query(monitor_type, text)
    return (query if isinstance(query, tree.BurnRate | tree.ErrorBudget | tree.MetricAlert) else None), problems


def read_monitor_query(monitor_type: str, text: str) -> tuple[alerts.AnyMonitorQuery | None, tuple[Problem, ...]]:
    """Parse the query of a monitor of any type.

    Args:
        monitor_type: the vendor's `type`, empty for that of any search or formula; the query of one that it has added
            since is kept as it is.
        text: the query.

    Returns:
        The tree and no problem, or None and what is wrong.
    """
    scanner = Scanner(text)
    try:
        return _read(monitor_type, scanner), ()
    except QuerySyntaxError as error:
        return None, (error.problem,)


def _read(monitor_type: str, scanner: Scanner) -> alerts.AnyMonitorQuery:
    if monitor_type in {"metric alert", "query alert"} and not _FORMULA.match(scanner.text):
        return _metric_alert(scanner)
    if monitor_type in SOURCES or monitor_type in FORMULA_TYPES:
        return parse_search_alert(scanner, monitor_type)
    match monitor_type:
        case "slo alert":
            return _slo_alert(scanner)
        case "composite":
            return parse_composite(scanner)
        case "service check":
            return parse_service_check(scanner)
        case _:
            # A synthetics test's is the vendor's own (`no_query`), and what it added since nobody here knows.
            return alerts.Verbatim(scanner.text.strip(), (0, len(scanner.text)))


def guessed_type(text: str) -> str | None:
    """Return the type of monitor that a query is written for; None for one that is no monitor's."""
    return next((kind for pattern, kind in _GUESSES if pattern.match(text)), None)


_GUESSES = (
    (re.compile(r"\s*(?:burn_rate|error_budget)\s*\("), "slo alert"),
    (re.compile(r"\s*(?:[a-z_]+\s*\(\s*(?:last|current|next)_|(?:pct_)?change\s*\(\s*[a-z]+\s*\()"), "query alert"),
    (re.compile(r"\s*[\"'][^\"']*[\"']\s*\."), "service check"),
    (re.compile(r"\s*[a-z][a-z0-9-]*\s*\(\s*[\"']"), ""),
    (re.compile(r"[\s(!]*[0-9$%{}a-z:_-]+[\s)]*(?:&&|\|\|)|\s*!\s*[0-9(]"), "composite"),
)


def _slo_alert(scanner: Scanner) -> tree.BurnRate | tree.ErrorBudget:
    head = scanner.match(_HEAD) or scanner.fail(
        "expected `burn_rate(` or `error_budget(`",
        help='a burn-rate alert reads `burn_rate("id").over("30d").long_window("1h").short_window("5m") > 14.4`',
    )
    quoted = _string(scanner)
    scanner.need(")", "to close the SLO's id")
    windows: dict[str, tuple[str, int, int]] = {}
    while scanner.peek("."):
        found = scanner.match(_METHOD) or scanner.fail("expected `.over(…)` or a window")
        start = scanner.skip()
        if found[1] in windows:
            scanner.fail(f"a second `.{found[1]}(…)`", start=found.start(), end=found.end())
        windows[found[1]] = (_string(scanner), start, scanner.position)
        scanner.need(")", "to close the window")
    comparator, threshold, written = comparison(scanner)
    wanted = ("over", "long_window", "short_window") if head[1] == "burn_rate" else ("over",)
    for name in wanted:
        # The vendor fills in a short window of a twelfth; left out it is an oversight more often than a wish.
        if name not in windows:
            scanner.fail(f"`.{name}(…)` is missing", start=0, end=len(head.group()), label=f'needs `.{name}("…")`')
    for name, (_, start, end) in windows.items():
        if name not in wanted:
            scanner.fail(
                f"unknown `.{name}(…)`", start=start, end=end, label=f"one of {', '.join(wanted)} belongs here"
            )
    at, slo_id, over = (0, len(scanner.text)), quoted[1:-1], windows["over"][0][1:-1]
    spelled = tuple((name, text) for name, (text, _, _) in windows.items())
    if head[1] == "error_budget":
        return tree.ErrorBudget(slo_id, over, comparator, threshold, at, spelled, quoted[0], written)
    long_s, short_s = (_seconds(scanner, *windows[name]) for name in ("long_window", "short_window"))
    return tree.BurnRate(slo_id, over, long_s, short_s, comparator, threshold, at, spelled, quoted[0], written)


def _seconds(scanner: Scanner, text: str, start: int, end: int) -> int:
    seconds = parse_duration(text[1:-1])
    if not seconds:
        scanner.fail(
            f"`{text[1:-1]}` is no window",
            start=start,
            end=end,
            label="write minutes or hours, such as `1h`",
            code=BAD_WINDOW,
        )
    return seconds


def _string(scanner: Scanner) -> str:
    found = scanner.match(_STRING) or scanner.fail("expected a quoted text")
    return found.group()


def _metric_alert(scanner: Scanner) -> tree.MetricAlert:
    at = (0, len(scanner.text))
    other = scanner.match(_OTHER_WINDOW)
    if other:
        scanner.need(":", "to close the window")
        expression = parse_expression(scanner)
        comparator, threshold, written = comparison(scanner)
        text = re.sub(r"\s+", "", other.group())
        return tree.MetricAlert("", 0, expression, comparator, threshold, text, at, written=written)
    found = scanner.match(_WINDOW) or scanner.fail(
        "expected a window such as `avg(last_5m):`", help="a metric alert reads `avg(last_5m):avg:metric{*} > 5`"
    )
    aggregator, seconds = found[1], int(found[2]) * _UNITS[found[3]]
    if aggregator not in TIME_AGGREGATORS:
        scanner.fail(
            f"`{aggregator}` is no aggregator over a window",
            start=found.start(),
            end=found.start() + len(aggregator),
            label=f"one of {', '.join(TIME_AGGREGATORS)}, change, pct_change is",
        )
    if not seconds:
        scanner.fail("a window of nothing", start=found.start(2), end=found.end(3), code=BAD_WINDOW)
    expression = parse_expression(scanner)
    window = found[2] + found[3]
    dynamic = scanner.match(_DYNAMIC)
    if dynamic:
        # The number is another query's, in `options.thresholds.critical_query`: nothing to compare with here.
        head, sign = f"{aggregator}(last_{window})", cast("tree.Comparator", dynamic[1])
        return tree.MetricAlert("", 0, expression, sign, 0.0, head, at, written="threshold")
    comparator, threshold, written = comparison(scanner)
    return tree.MetricAlert(aggregator, seconds, expression, comparator, threshold, "", at, window, written)


def window_seconds(text: str) -> int | None:
    """Return the seconds of a window as metric alerts write it, months included."""
    found = re.fullmatch(r"([0-9]{1,6})(mo|m|h|d|w)", text)
    return int(found[1]) * _UNITS[found[2]] if found else None
