"""A cluster without telemetry is known to be ill when its clients say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT140"
SEVERITY = Severity.ERROR
POINT = 17


_SINKS = ("prometheus_retention_time", "dogstatsd_addr", "statsd_address", "statsite_address", "circonus_api_token")


def check(estate: Estate) -> Iterator[Finding]:
    """Want somewhere for the metrics to go."""
    for config, _ in estate.configurations:
        if not any(
            each.get(name) not in (None, "0s", 0) for each, _ in config.sections("telemetry") for name in _SINKS
        ):
            help_text = 'add `telemetry { prometheus_retention_time = "24h" }`'
            yield Finding(f"{config.manifest} keeps no metrics", config.head, help_text, manifest=config.manifest)
