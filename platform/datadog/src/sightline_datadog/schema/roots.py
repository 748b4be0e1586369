"""Which schema of the vendor's a body of each kind follows, and where its specifications lag behind its product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_TYPE = "type"
"""The field by which the root of a kind with several is chosen."""

ROOTS: dict[Kind, dict[str, str]] = {
    Kind.METRIC: {"": "v2.MetricTagConfigurationCreateAttributes"},
    Kind.SLO: {"": "v1.ServiceLevelObjectiveRequest"},
    Kind.SLO_CORRECTION: {"": "v1.SLOCorrectionCreateRequestAttributes"},
    Kind.MONITOR: {"": "v1.Monitor"},
    Kind.SYNTHETICS: {
        "api": "v1.SyntheticsAPITest",
        "browser": "v1.SyntheticsBrowserTest",
        "mobile": "v1.SyntheticsMobileTest",
    },
    Kind.DOWNTIME: {"": "v2.DowntimeCreateRequestAttributes"},
    Kind.NOTIFICATION_RULE: {"": "v2.MonitorNotificationRuleAttributes"},
    Kind.POWERPACK: {"": "v2.PowerpackAttributes"},
    Kind.DASHBOARD: {"": "v1.Dashboard"},
    Kind.GATE: {"": "v2.CreateDeploymentGateParamsDataAttributes"},
    Kind.GATE_RULE: {"": "v2.CreateDeploymentRuleParamsDataAttributes"},
}

LENIENT = frozenset({"v1.Widget", "v2.PowerpackInnerWidgets", "v2.PowerpackGroupWidget"})
"""From here on down an unknown key or word is a warning: people's dashboards are full of what the product knows and
its specification does not (in 213 real ones: `color_order`, `order_reverse`, a title of a note)."""


def root(kind: Kind, body: Mapping[str, Any]) -> str | None:
    """Return the name of the schema that a body follows; None for a type of its kind that nobody knows."""
    roots = ROOTS[kind]
    return roots.get("") or roots.get(str(body.get(BY_TYPE)))
