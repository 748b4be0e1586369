"""An SLO correction is of one SLO or of one query, begins before it ends, and repeats by a rule that is taken.

The specification: exactly one of `slo_id` and `slo_query`; a rule of FREQ, INTERVAL, COUNT, UNTIL and BYDAY with a
`duration`, or an `end`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from sightline_datadog.inspection import Among

CODE = "DDC030"
RULES = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY")


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look at what is corrected, and when."""
    if document.kind is not Kind.SLO_CORRECTION:
        return
    body = document.body
    if bool(body.get("slo_id")) == bool(body.get("slo_query")):
        yield Fault("exactly one of `slo_id` and `slo_query` says what is corrected", "keep one of the two")
    yield from _when(body)


def _when(body: Mapping[str, Any]) -> Iterator[Fault]:
    start, end = body.get("start"), body.get("end")
    if isinstance(start, int | float) and isinstance(end, int | float) and end <= start:
        yield Fault("it ends before it begins", "write seconds since 1970, the end after the start", ("end",))
    rule = body.get("rrule")
    if rule and not body.get("duration"):
        yield Fault("a rule says when, and nothing how long", "add `duration` in seconds", ("rrule",))
    if not rule and end is None:
        yield Fault("nothing says when it ends", "add `end`, or `rrule` and `duration`")
    for part in str(rule or "").upper().removeprefix("RRULE:").split(";"):
        name = part.partition("=")[0]
        if part and name not in RULES:
            yield Fault(f"`{name}` is not taken in a rule", f"there are {', '.join(RULES)}", ("rrule",))
