"""`sloth.dev/contrib/info_labels/v1`: more labels on the info metric, or on another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_slo.sloth.model import INFO_METRIC, SlothError
from sightline_slo.sloth.plugins.config import Config

if TYPE_CHECKING:
    from sightline_slo.sloth.model import Request, Rules
    from sightline_slo.sloth.plugins import Process


def new_plugin(config: Any) -> Process:
    """Add `labels` to the first metadata rule that is called `metricName`."""
    settings = Config(config, known=frozenset({"labels", "metricName"}))
    labels = settings.texts("labels") or {}
    metric = settings.text("metricName") or INFO_METRIC
    if not labels:
        raise SlothError("at least one label is required")

    def process(_request: Request, rules: Rules) -> None:
        for rule in rules.metadata.rules:
            if rule.record == metric:
                rule.labels = rule.labels | labels
                break

    return process
