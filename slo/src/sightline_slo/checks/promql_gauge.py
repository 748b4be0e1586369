"""`rate` and `increase` are of counters: of a gauge they are noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.model import Backend
from sightline_slo.promql.tree import calls, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO032"
SEVERITY = Severity.WARNING
OF_COUNTERS = ("rate", "irate", "increase")

# https://prometheus.io/docs/practices/naming/: what a name says of itself; of any other nobody can tell.
_GAUGES = ("_ratio", "_percent", "_celsius", "_info", "_timestamp_seconds", "_utilization", "_temperature", "_current")


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Compare what is called with what the metric's name says that it is."""
    sli = slo.sli.get(Backend.PROMETHEUS)
    for query in sli.queries if sli else ():
        for function, metric in dict.fromkeys(calls(parsed(query.text))):
            if function in OF_COUNTERS and (metric == "up" or metric.endswith(_GAUGES)):
                yield Finding(
                    f"`{metric}` goes up and down, and `{function}` is of counters",
                    query.span,
                    "",
                    "use avg_over_time or delta, or the counter behind it",
                )
