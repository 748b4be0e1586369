"""What the monitors ask that are read and printed, and not evaluated from metrics: one node for each dialect.

Spelling works as in `tree`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sightline_datadog.query import tree

if TYPE_CHECKING:
    from sightline_datadog.query.tree import At, Call, Comparator, Expression, Filter


@dataclass(frozen=True, slots=True)
class SearchAlert:
    """`logs("service:web").index("main").rollup("count").last("5m") > 2`; also RUM, CI, audit, events and processes."""

    source: str
    where: Filter
    calls: tuple[Call, ...]
    comparator: Comparator
    threshold: float
    at: At = field(default=(0, 0), compare=False)
    quote: str = field(default='"', compare=False, repr=False)
    written: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FormulaAlert:
    """`formula("query2 / query1 * 100").last("15m") >= 0.8`; the queries stand in `options.variables`."""

    expression: Expression
    calls: tuple[Call, ...]
    comparator: Comparator
    threshold: float
    at: At = field(default=(0, 0), compare=False)
    quote: str = field(default='"', compare=False, repr=False)
    written: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ServiceCheck:
    """`"ntp.in_sync".over("*").by("host").last(2).count_by_status()`."""

    check: str
    calls: tuple[Call, ...]
    at: At = field(default=(0, 0), compare=False)
    quote: str = field(default='"', compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Composite:
    """`123 && !456`: the terms are ids of monitors, or references such as `${monitor:key}`."""

    condition: Filter
    at: At = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Verbatim:
    """What the vendor fills in by itself, such as a synthetics test's `no_query`."""

    text: str
    at: At = field(default=(0, 0), compare=False)


AnyMonitorQuery = tree.MonitorQuery | SearchAlert | FormulaAlert | ServiceCheck | Composite | Verbatim
