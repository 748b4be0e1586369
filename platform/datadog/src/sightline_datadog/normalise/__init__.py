"""One spelling for one meaning, so that an unchanged object never differs from itself.

The vendor adds, drops, rounds and reorders what it is given. Each kind has its file here; what a file does not name is
left as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.normalise import (
    correction,
    dashboard,
    downtime,
    gate,
    metric,
    monitor,
    notification_rule,
    powerpack,
    slo,
    synthetics,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OF: dict[Kind, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    Kind.METRIC: metric.normalise,
    Kind.SLO: slo.normalise,
    Kind.SLO_CORRECTION: correction.normalise,
    Kind.MONITOR: monitor.normalise,
    Kind.SYNTHETICS: synthetics.normalise,
    Kind.DOWNTIME: downtime.normalise,
    Kind.NOTIFICATION_RULE: notification_rule.normalise,
    Kind.POWERPACK: powerpack.normalise,
    Kind.DASHBOARD: dashboard.normalise,
    Kind.GATE: gate.normalise,
    Kind.GATE_RULE: gate.normalise_rule,
}


def normalise(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what its author decides of an object, in one spelling; what the server adds is gone."""
    return _OF[kind](body)
