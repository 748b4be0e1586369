"""`sloth.dev/contrib/remove_labels/v1`: recorded series keep only the labels that identify them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_slo.sloth.model import INFO_METRIC, WINDOW
from sightline_slo.sloth.plugins.config import Config
from sightline_slo.sloth.rules import identity

if TYPE_CHECKING:
    from sightline_slo.sloth.model import Request, Rules
    from sightline_slo.sloth.plugins import Process


def new_plugin(config: Any) -> Process:
    """Keep `preserveLabels` too, and leave `skipMetrics` alone."""
    settings = Config(config, known=frozenset({"preserveLabels", "skipMetrics"}))
    preserved, skipped = settings.words("preserveLabels"), {INFO_METRIC, *settings.words("skipMetrics")}

    def process(request: Request, rules: Rules) -> None:
        kept = {*identity(request.slo), *preserved}
        # Sloth takes the window out of what is kept before it comes to the metadata, even where it was asked for.
        for group, names in ((rules.sli, kept | {WINDOW}), (rules.metadata, kept - {WINDOW})):
            for rule in group.rules:
                if rule.record in skipped:
                    continue
                # In place, as in Sloth: the metadata rules share one mapping, and a skipped one loses its labels too.
                for key in [each for each in rule.labels if each not in names]:
                    del rule.labels[key]

    return process
