"""What monitors ask: SLO alerts and metric alerts.

The other types of monitor (logs, composite, checks, …) are recognised by their type and not parsed here: they are not
evaluated, and said to be so.
"""

from __future__ import annotations

import re

from sightline_datadog.query import tree
from sightline_datadog.query.metric import parse_expression
from sightline_datadog.query.problems import BAD_WINDOW, Problem, QuerySyntaxError
from sightline_datadog.query.scanner import Scanner

PARSED_TYPES = ("slo alert", "metric alert", "query alert")
TIME_AGGREGATORS = ("avg", "sum", "min", "max")

_HEAD = re.compile(r"(burn_rate|error_budget)\s*\(")
_STRING = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_METHOD = re.compile(r"\.\s*([a-z_]+)\s*\(")
_DURATION = re.compile(r"(\d+)\s*(m|h|d|w)$")
_WINDOW = re.compile(r"([a-z_]+)\s*\(\s*last_(\d+)(m|h|d|w|mo)\s*\)\s*:")
# Cumulative windows and changes between two: valid, and not evaluated here.
_OTHER_WINDOW = re.compile(
    r"(?:(?:avg|sum|min|max)\s*\(\s*current_\d+(?:mo|m|h|d|w)\s*\)"
    r"|(?:pct_)?change\s*\(\s*(?:avg|sum|min|max)\s*\(\s*last_\d+(?:mo|m|h|d|w)\s*\)\s*,\s*last_\d+(?:mo|m|h|d|w)\s*\))"
    r"(?=\s*:)"
)
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
    """Parse the query of a monitor.

    Args:
        monitor_type: the vendor's `type`; only those in `PARSED_TYPES` are parsed, and of them not what begins with
            `formula(`, whose queries stand in `options.variables`.
        text: the query.

    Returns:
        The tree and no problem; None and what is wrong; or None and nothing for what is not parsed.
    """
    if monitor_type not in PARSED_TYPES or (monitor_type != "slo alert" and _FORMULA.match(text)):
        return None, ()
    scanner = Scanner(text)
    try:
        query = _slo_alert(scanner) if monitor_type == "slo alert" else _metric_alert(scanner)
    except QuerySyntaxError as error:
        return None, (error.problem,)
    return query, ()


def _slo_alert(scanner: Scanner) -> tree.BurnRate | tree.ErrorBudget:
    head = scanner.match(_HEAD) or scanner.fail(
        "expected `burn_rate(` or `error_budget(`",
        help='a burn-rate alert reads `burn_rate("id").over("30d").long_window("1h").short_window("5m") > 14.4`',
    )
    slo_id = _string(scanner)
    scanner.need(")", "to close the SLO's id")
    windows: dict[str, tuple[str, int, int]] = {}
    while scanner.peek("."):
        found = scanner.match(_METHOD) or scanner.fail("expected `.over(…)` or a window")
        start = scanner.skip()
        windows[found[1]] = (_string(scanner), start, scanner.position)
        scanner.need(")", "to close the window")
    comparator, threshold = _comparison(scanner)
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
    at = (0, len(scanner.text))
    over = windows["over"][0]
    if head[1] == "error_budget":
        return tree.ErrorBudget(slo_id, over, comparator, threshold, at)
    long_s, short_s = (_seconds(scanner, *windows[name]) for name in ("long_window", "short_window"))
    return tree.BurnRate(slo_id, over, long_s, short_s, comparator, threshold, at)


def _seconds(scanner: Scanner, text: str, start: int, end: int) -> int:
    seconds = parse_duration(text)
    if not seconds:
        scanner.fail(
            f"`{text}` is no window",
            start=start,
            end=end,
            label="write minutes or hours, such as `1h`",
            code=BAD_WINDOW,
        )
    return seconds


def _string(scanner: Scanner) -> str:
    found = scanner.match(_STRING) or scanner.fail("expected a quoted text")
    return found[1] if found[1] is not None else found[2]


def _comparison(scanner: Scanner) -> tuple[tree.Comparator, float]:
    comparator = scanner.comparator() or scanner.fail("expected a comparison such as `> 14.4`")
    threshold = scanner.signed()
    if threshold is None:
        scanner.fail("expected a number")
    if not scanner.at_end():
        scanner.fail("the query goes on after its end")
    return comparator, threshold


def _metric_alert(scanner: Scanner) -> tree.MetricAlert:
    other = scanner.match(_OTHER_WINDOW)
    if other:
        scanner.need(":", "to close the window")
        expression = parse_expression(scanner)
        text = re.sub(r"\s+", "", other.group())
        return tree.MetricAlert("", 0, expression, *_comparison(scanner), text, (0, len(scanner.text)))
    found = scanner.match(_WINDOW) or scanner.fail(
        "expected a window such as `avg(last_5m):`", help="a metric alert reads `avg(last_5m):avg:metric{*} > 5`"
    )
    aggregator = found[1]
    if aggregator not in TIME_AGGREGATORS:
        scanner.fail(
            f"`{aggregator}` is no aggregator over a window",
            start=found.start(),
            end=found.start() + len(aggregator),
            label=f"one of {', '.join(TIME_AGGREGATORS)}, change, pct_change is",
        )
    expression = parse_expression(scanner)
    comparator, threshold = _comparison(scanner)
    seconds = int(found[2]) * _UNITS[found[3]]
    return tree.MetricAlert(aggregator, seconds, expression, comparator, threshold, at=(0, len(scanner.text)))
