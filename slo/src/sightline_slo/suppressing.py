"""Findings that their author knows of: `suppress:` of an SLO takes them away, and is a finding once it takes none.

Only warnings and remarks about that SLO can be suppressed: no reason makes an error right.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, page

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from sightline_core.diagnostics import Span
    from sightline_slo.model import Slo, Suppression

UNUSED = "SLO023"
EXPIRED = "SLO024"


def apply(
    slos: Sequence[Slo], found: Iterable[Diagnostic], today: dt.date, elsewhere: Callable[[Slo], Container[str]]
) -> Iterator[Diagnostic]:
    """Yield the findings that nobody suppressed, and those about suppressions.

    `elsewhere` gives the codes of what an SLO would be found to have if other backends or forms were asked for: who
    suppressed that is told nothing now.
    """
    wanted = [(slo, each) for slo in slos for each in slo.suppressions]
    if not wanted:
        yield from found
        return
    used: set[int] = set()
    errors: set[int] = set()
    for finding in found:
        matching = [
            index
            for index, (slo, each) in enumerate(wanted)
            if each.code == finding.code and _inside(finding.span, slo.places.slo)
        ]
        if finding.is_error:
            errors |= set(matching)
            yield finding
            continue
        used |= set(matching)
        if not matching:
            yield finding
        elif not any(_holds(wanted[index][1], today) for index in matching):
            yield _expired(finding, wanted[matching[0]][1])
    for index, (slo, each) in enumerate(wanted):
        if index not in used and (index in errors or each.code not in elsewhere(slo)):
            why = "no error can be suppressed" if index in errors else f"`{slo.name}` has no such finding"
            message = f"the suppression of {each.code} does nothing: {why}"
            yield Diagnostic(UNUSED, Severity.WARNING, message, each.span, help="delete it", url=page(UNUSED))


def _expired(finding: Diagnostic, each: Suppression) -> Diagnostic:
    message = f"the suppression of {each.code} ended on {each.until}: {finding.message}"
    help_text = finding.help or "mend it, or say until when again"
    return Diagnostic(EXPIRED, Severity.WARNING, message, each.span, each.reason, help_text, url=page(EXPIRED))


def _holds(each: Suppression, today: dt.date) -> bool:
    try:
        return each.until is None or today <= dt.date.fromisoformat(each.until)
    except ValueError:  # the 31st of February
        return False


def _inside(span: Span | None, whole: Span) -> bool:
    if span is None or span.file != whole.file:
        return False
    start, end = (whole.line, whole.column), (whole.end_line, whole.end_column)
    return start <= (span.line, span.column) <= end
