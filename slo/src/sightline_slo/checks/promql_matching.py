"""Bad and total events must keep the same labels: a sum divided by its parts matches nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.model import Backend, Events
from sightline_slo.promql.tree import is_series, labels, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO033"
SEVERITY = Severity.WARNING


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Compare the labels of both results, as far as the queries alone tell them."""
    sli = slo.sli.get(Backend.PROMETHEUS)
    if not isinstance(sli, Events):
        return
    counted = sli.bad or sli.good
    one, two = (parsed(each.text) if each else None for each in (counted, sli.total))
    if counted is None or one is None or two is None:
        return
    first, second = labels(one), labels(two)
    if (first is not None and is_series(two)) or (second is not None and is_series(one)):
        query = sli.total if first is not None else counted
        what = "this is not added up, and the other query is"
        yield Finding(what, query.span, "", "add both up by the same labels: sum by (\u2026) (\u2026)")
    elif first is not None and second is not None and first != second:
        kept = " and ".join(f"{{{', '.join(sorted(each))}}}" for each in (first, second))
        yield Finding(f"the queries keep different labels: {kept}", sli.total.span, "", "keep the same in both")
