"""What an SLO loses, or is said otherwise, at a backend that it is compiled for: as findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_slo.mapping import verdict
from sightline_slo.model import Backend
from sightline_slo.outputs import NAMES, output

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_slo.model import Slo

UNSUPPORTED = "SLO021"
REWRITTEN = "SLO022"
PARTLY_SAID = "SLO028"


def findings(slos: Sequence[Slo], backends: Sequence[Backend], *, rewrites: bool) -> Iterator[Diagnostic]:
    """Yield an error for what is unsupported, and for what is rewritten an information, or an error as asked."""
    for slo in slos:
        for backend in backends:
            for reason in verdict(slo, backend).reasons:
                span = slo.places.sli or slo.places.name
                if not reason.equivalence:
                    message = f"`{slo.key}` cannot be said to {backend}: {reason.what}"
                    yield Diagnostic(UNSUPPORTED, Severity.ERROR, message, span, help=reason.fix, url=page(UNSUPPORTED))
                    continue
                message = f"`{slo.key}` is rewritten for {backend}: {reason.what}"
                severity = Severity.INFO if rewrites else Severity.ERROR
                note = reason.equivalence
                yield Diagnostic(REWRITTEN, severity, message, span, "", reason.fix, note, url=page(REWRITTEN))


def unsaid(slos: Sequence[Slo], name: str, *, rewrites: bool) -> Iterator[Diagnostic]:
    """Yield an error for each SLO that a form of output has no words for, and for each part of one as for rewriting."""
    made = output(name)
    for slo in slos:
        for each in made.unsaid(slo):
            span = slo.places.sli or slo.places.name
            if each.whole:
                message = f"`{slo.key}` cannot be said: {name} has no {each.what}"
                yield Diagnostic(UNSUPPORTED, Severity.ERROR, message, span, help="leave it out", url=page(UNSUPPORTED))
                continue
            message = f"`{slo.key}` is not wholly said: {name} has no {each.what}"
            severity = Severity.INFO if rewrites else Severity.ERROR
            yield Diagnostic(PARTLY_SAID, severity, message, span, url=page(PARTLY_SAID))


def anywhere(slo: Slo) -> set[str]:
    """Return the codes of what an SLO loses at any backend, in any form: asked for or not."""
    lost = {each.code for each in findings([slo], [each for each in Backend if each in slo.sli], rewrites=True)}
    return lost | {each.code for name in NAMES for each in unsaid([slo], name, rewrites=True)}
