"""Labels become tags, which Datadog keeps in lower case and without odd characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.model import Backend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO017"
SEVERITY = Severity.ERROR
RESERVED = ("service", "slo", "sightline_key", "sightline_project", "severity", "window", "long_window", "short_window")

_KEY = re.compile(r"[a-z][a-z0-9_./-]*")
_VALUE = re.compile(r"[a-z0-9_./:-]*[a-z0-9_./-]")
LONGEST = 200


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Refuse what would come back spelled otherwise, and what the compiler itself sets."""
    if Backend.DATADOG not in slo.sli:
        return
    every = dict(slo.labels)
    for alert in slo.alerts.values():
        every |= alert.labels
    for key, value in every.items():
        reserved = key in RESERVED
        if not reserved and _KEY.fullmatch(key) and _VALUE.fullmatch(value) and len(key) + len(value) < LONGEST:
            continue
        span = slo.places.labels.get(key, slo.places.slo)
        if reserved:
            yield Finding(f"the label `{key}` is set by the compiler", span, "reserved", "choose another key")
        else:
            yield Finding(
                f"`{key}:{value}` is no tag that Datadog keeps as it is",
                span,
                "",
                "use small letters, digits and any of _ . / - and begin with a letter",
            )
