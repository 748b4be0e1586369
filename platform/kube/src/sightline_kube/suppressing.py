"""Findings that their author knows of: an annotation takes one away, and is a finding once it takes none.

    metadata:
      annotations:
        sightline/suppress-KUBE012: "a batch job behind no Service (until 2027-01-31)"

It takes the findings of that code about that object. Without a reason it takes none; the date may be left out.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sightline_core.diagnostics import Span
    from sightline_kube.manifests import Bundle, Manifest

PREFIX = "sightline/suppress-"
UNUSED = "KUBE005"
EXPIRED = "KUBE006"
UNREASONED = "KUBE007"

_VALUE = re.compile(r"(?P<reason>.*?)\s*(?:\(until (?P<until>[^()]*)\))?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Suppression:
    """One annotation."""

    manifest: Manifest
    code: str
    reason: str
    until: str | None
    span: Span

    def ended(self, today: dt.date) -> bool:
        """Whether its last day is over; a date that cannot be read is over, too."""
        try:
            return self.until is not None and today > dt.date.fromisoformat(self.until)
        except ValueError:
            return True


def suppressions(bundle: Bundle) -> Iterator[Suppression]:
    """Yield what the objects' annotations suppress."""
    for manifest in bundle.manifests:
        for key, value in manifest.annotations.items():
            if key.startswith(PREFIX) and (found := _VALUE.fullmatch(value)):
                span = manifest.document.key_span((*manifest.root, "metadata", "annotations", key))
                yield Suppression(manifest, key.removeprefix(PREFIX), found["reason"], found["until"], span)


def apply(
    bundle: Bundle, found: Iterable[tuple[Manifest, Diagnostic]], today: dt.date
) -> Iterator[tuple[Manifest, Diagnostic]]:
    """Yield the findings that nobody suppressed, and those about the suppressions; each with its object."""
    wanted = {(id(each.manifest), each.code): each for each in suppressions(bundle)}
    used: set[tuple[int, str]] = set()
    for manifest, finding in found:
        key = (id(manifest), finding.code)
        each = wanted.get(key)
        if each is None:
            yield manifest, finding
            continue
        used.add(key)
        if not each.reason:
            yield manifest, _still(UNREASONED, finding, each, "gives no reason", "write the reason as its value")
        elif each.ended(today):
            help_text = finding.help or "mend it, or say until when again"
            yield manifest, _still(EXPIRED, finding, each, f"ended on {each.until}", help_text)
    for key, each in wanted.items():
        if key not in used:
            message = f"the suppression of {each.code} does nothing: {each.manifest} has no such finding"
            yield (
                each.manifest,
                Diagnostic(UNUSED, Severity.WARNING, message, each.span, each.reason, "delete it", url=page(UNUSED)),
            )


def _still(code: str, finding: Diagnostic, each: Suppression, why: str, help_text: str) -> Diagnostic:
    # As severe as what it does not take away: an error must not become milder by an annotation.
    message = f"the suppression of {each.code} {why}: {finding.message}"
    return Diagnostic(code, finding.severity, message, each.span, each.reason, help_text, url=page(code))
