"""The rules select what they recorded by its labels: who overrides one of these hears of nothing any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.checks.label_form import RESERVED
from sightline_slo.conventions import label
from sightline_slo.model import Backend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO037"
SEVERITY = Severity.ERROR
OURS = ("service", "slo")
SLOTHS = ("sloth_id", "sloth_service", "sloth_slo", "sloth_window")
"""Those of the rules of `--compat sloth`, which puts labels of specs over them as Sloth does."""

_OURS = frozenset({*OURS, *SLOTHS})


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Look at the labels of what Prometheus records; those that Datadog refuses too were told already."""
    if Backend.PROMETHEUS not in slo.sli:
        return
    told = RESERVED if Backend.DATADOG in slo.sli else ()
    groups = {label(each) for each in slo.by} - _OURS
    reserved = _OURS | groups
    for key in slo.labels:
        name = label(key)
        if key in told or name not in reserved:
            continue
        span = slo.places.labels.get(key, slo.places.slo)
        if name not in groups:
            yield Finding(
                f"the label `{key}` overrides one by which the rules find what they recorded",
                span,
                "reserved",
                "choose another key",
            )
        else:
            message = f"the label `{key}` overrides the groups of `by: [{', '.join(slo.by)}]`"
            yield Finding(message, span, "all groups become one", "choose another key")
