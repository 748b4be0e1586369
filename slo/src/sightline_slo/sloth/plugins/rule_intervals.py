"""`sloth.dev/contrib/rule_intervals/v1`: how often each group is evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_slo.sloth.model import SlothError
from sightline_slo.sloth.plugins.config import Config

if TYPE_CHECKING:
    from sightline_slo.sloth.model import Request, Rules
    from sightline_slo.sloth.plugins import Process

_GROUPS = frozenset({"default", "sliError", "metadata", "alert"})


def new_plugin(config: Any) -> Process:
    """Set `interval.default`, or what stands beside it for one group."""
    interval = Config(config, known=frozenset({"interval"})).inner("interval", _GROUPS)
    default = interval.duration("default")
    if default == 0:
        raise SlothError("at least default interval is required")
    sli, metadata, alert = (interval.duration(each) or default for each in ("sliError", "metadata", "alert"))

    def process(_request: Request, rules: Rules) -> None:
        rules.sli.interval_ms, rules.metadata.interval_ms, rules.alerts.interval_ms = sli, metadata, alert

    return process
