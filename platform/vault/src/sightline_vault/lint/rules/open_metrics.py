"""Metrics and profiles tell paths, mounts and memory; without a token they tell everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.configurations import truth
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT141"
SEVERITY = Severity.ERROR
POINT = 17


_OPEN = {
    "telemetry": "unauthenticated_metrics_access",
    "profiling": "unauthenticated_pprof_access",
    "inflight_requests_logging": "unauthenticated_in_flight_requests_access",
}


def check(estate: Estate) -> Iterator[Finding]:
    """Refuse each of the three."""
    for config, _ in estate.configurations:
        for block in config.blocks("listener"):
            for section, name in _OPEN.items():
                for found, span in block.several(section):
                    if truth(found.get(name)):
                        text = f"a listener of {config.manifest} has {name}"
                        help_text = "give the agent a role whose policy reads sys/metrics"
                        yield Finding(text, span, help_text, manifest=config.manifest)
