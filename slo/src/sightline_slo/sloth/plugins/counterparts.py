"""Python plugins in the place of Go ones that come with Sloth: of its tutorial, and of its own integration suite.

They are used where the Go source lies in a plugins path, so that both run with this program as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sightline_slo.sloth.model import INFO_METRIC
from sightline_slo.sloth.plugins.config import Config

if TYPE_CHECKING:
    from sightline_slo.sloth.model import Request, Rules
    from sightline_slo.sloth.plugins import Process, SliPlugin

_FILTER = re.compile(r'([^=]+="[^=,"]+",)+')


def availability(metric: str) -> SliPlugin:
    """Return an SLI plugin: the share of 5xx and 429 of all requests that `metric` counts, by job."""

    def make(_meta: dict[str, str], labels: dict[str, str], options: dict[str, str]) -> str:
        if "job" not in options:
            raise ValueError("job options is required")
        for each in ("owner", "tier"):
            if not labels.get(each):
                raise ValueError(f'invalid labels: "{each}" label is required')
        matchers = options.get("filter", "")
        if matchers:
            matchers = matchers.strip("{}").strip(",") + ","
            if _FILTER.search(matchers) is None:
                raise ValueError(f"invalid prometheus filter: {matchers}")
        job = f'{matchers}job="{options["job"]}"'
        window = "[{{.window}}]"
        return f'\nsum(rate({metric}{{ {job},code=~"(5..|429)" }}{window}))\n/\nsum(rate({metric}{{ {job} }}{window}))'

    return make


def labelled(config: Any) -> Process:
    """Return an SLO plugin: more labels on the info metric."""
    labels = Config(config, known=frozenset({"labels"})).texts("labels") or {}

    def process(_request: Request, rules: Rules) -> None:
        for rule in rules.metadata.rules:
            if rule.record == INFO_METRIC:
                rule.labels = rule.labels | labels
                break

    return process


SLI = {
    "getting_started_availability": availability("http_request_duration_seconds_count"),
    "integration_test": availability("integration_test"),
}
SLO = {"integration-tests/plugin1": labelled}
