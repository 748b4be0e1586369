"""Our findings on specs that Sloth compiles: warnings on standard error, for Sloth's answer stays Sloth's."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from sightline_core.console import Console
from sightline_core.diagnostics import Severity, ordered
from sightline_core.located import load_all
from sightline_slo import checks, dialects
from sightline_slo.dialects import Context
from sightline_slo.sloth import gofmt
from sightline_slo.windows import default

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Diagnostic
    from sightline_slo.sloth.flags import Values


def findings(texts: Mapping[str, str], period_ms: int) -> tuple[Diagnostic, ...]:
    """Return what the strict reader and the checks say of some specs, none of it worse than a warning."""
    found: list[Diagnostic] = []
    context = Context({}, default(), period_ms // 1000, compat=True)
    slos = []
    for file, text in texts.items():
        documents, problems = load_all(text, file)
        found += problems
        specs = [dialects.read(document, context, found) for document in documents]
        slos += [slo for spec in specs if spec is not None for slo in spec.slos]
    found += checks.run(slos)
    return tuple(replace(each, severity=Severity.WARNING) if each.is_error else each for each in ordered(found))


def report(values: Values, texts: Mapping[str, str]) -> None:
    """Say them, with code frames."""
    period_ms = gofmt.duration(values.texts.get("default-slo-period", "30d"))
    detected = Console.detect()
    console = Console(
        sys.stdout,
        sys.stderr,
        color_err=detected.color_err and not values.flags.get("no-color"),
        width=detected.width,
    )
    console.findings(findings(texts, period_ms), texts)
