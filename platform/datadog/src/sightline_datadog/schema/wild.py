"""Where the vendor takes what its specification leaves out: seen in its own recordings and in people's exports.

Each entry adds to a compiled schema; its comment says where that was seen. Keys are names of schemas.
"""

from __future__ import annotations

from typing import Any

ANYTHING = {"is": "anything"}

CORRECTIONS: dict[str, dict[str, Any]] = {
    # Exported dashboards hold widgets of a type that no specification names. Any other unknown type is an error.
    "v1.WidgetDefinition": {"open": ["custom"], "firm": True},
    # A tab names a widget that has no id yet as `@1`, the first of the dashboard (Terraform's recordings).
    "v1.DashboardTab": {"has": {"widget_ids": {"is": "list", "of": ANYTHING}}},
    # Exported monitors: what the application writes beside the fields of the API.
    "v1.Monitor": {"has": {"classification": ANYTHING}},
    "v1.MonitorOptions": {"has": {"restriction_query": ANYTHING, "renotify_interval": ANYTHING}},
    "v1.MonitorThresholds": {
        "has": {"comparison": ANYTHING, "period": {"is": "mapping"}, "timeAggregator": {"is": "text"}}
    },
    "v1.MonitorFormulaAndFunctionEventQueryDefinition": {"has": {"storage": {"is": "text"}}},
    # A document names its gate, which is not a field of the rule but a step of its path.
    "v2.CreateDeploymentRuleParamsDataAttributes": {"has": {"gate_id": {"is": "text"}}},
    # A powerpack's widgets are a dashboard's, which the newer specification leaves open.
    "v2.PowerpackInnerWidgets": {"has": {"definition": "v1.WidgetDefinition", "id": {"is": "integer"}}},
}
