"""A monitor's groups as the vendor's API shows them: `state.groups` of a monitor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.machine import overall
from sightline_datadog.evaluate.states import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.evaluate.states import Standing

SHOWN = {
    State.OK: "OK",
    State.ALERT: "Alert",
    State.WARN: "Warn",
    State.NO_DATA: "No Data",
    State.NOT_EVALUATED: "Unknown",
}


def shown_groups(standings: Mapping[Group, Standing]) -> dict[str, Any]:
    """Return the vendor's `state`: one entry for each group that was seen with data, `*` for a simple monitor.

    A group that is NOT EVALUATED here is `Unknown` there.
    """
    seen = {group: each for group, each in standings.items() if each.reported is not None or not group}
    return {"groups": {",".join(group) or "*": _shown(",".join(group) or "*", each) for group, each in seen.items()}}


def overall_state(standings: Mapping[Group, Standing]) -> str:
    """Return the vendor's `overall_state`: that of the worst group."""
    return SHOWN[overall(standings)]


def _shown(name: str, standing: Standing) -> dict[str, Any]:
    return {
        "last_nodata_ts": standing.last_no_data,
        "last_notified_ts": standing.last_notified,
        "last_resolved_ts": standing.last_resolved,
        "last_triggered_ts": standing.last_triggered,
        "name": name,
        "status": SHOWN[standing.state],
    }
