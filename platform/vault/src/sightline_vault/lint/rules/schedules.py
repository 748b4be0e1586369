"""Backups that are not taken are missed on the day they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT149"
SEVERITY = Severity.ERROR
POINT = 19


def check(estate: Estate) -> Iterator[Finding]:
    """Refuse jobs beside the servers that are suspended, or that run into each other."""
    spaces = {each.namespace for each in estate.selected()}
    for job in estate.bundle.of("CronJob"):
        if job.effective_namespace not in spaces:
            continue
        if job.get("spec", "suspend") is True:
            yield Finding(f"{job} never runs", job.at("spec", "suspend"), "take `suspend` out", manifest=job)
        if job.get("spec", "concurrencyPolicy") in (None, "Allow"):
            text = f"a second {job} starts while the first still runs"
            yield Finding(
                text, job.key_at("spec", "concurrencyPolicy"), "write `concurrencyPolicy: Forbid`", manifest=job
            )
