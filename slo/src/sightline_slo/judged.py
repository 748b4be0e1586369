"""What an SLO loses, or is said otherwise, at a backend that it is compiled for: as findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_slo.mapping import verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sightline_slo.model import Backend, Slo

UNSUPPORTED = "SLO021"
REWRITTEN = "SLO022"


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


def lost(slos: Sequence[Slo], why: Callable[[Slo], str]) -> Iterator[Diagnostic]:
    """Yield an error for each SLO that a form of output has no words for."""
    for slo in slos:
        reason = why(slo)
        if reason:
            span = slo.places.sli or slo.places.name
            message = f"`{slo.key}` cannot be said: {reason}"
            yield Diagnostic(UNSUPPORTED, Severity.ERROR, message, span, help="leave it out", url=page(UNSUPPORTED))
