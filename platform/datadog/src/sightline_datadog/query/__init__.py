"""The query language: text → tree with offsets → text. Pure; nothing here knows series or clocks."""

from sightline_datadog.query.metric import parse_formula, parse_metric_query
from sightline_datadog.query.monitor import guessed_type, parse_monitor_query, read_monitor_query
from sightline_datadog.query.printer import canonical
from sightline_datadog.query.problems import Problem

__all__ = [
    "Problem",
    "canonical",
    "guessed_type",
    "parse_formula",
    "parse_metric_query",
    "parse_monitor_query",
    "read_monitor_query",
]
