"""The downtimes that were scheduled here, as the evaluator takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.machine_group import FOREVER, Muting
from sightline_datadog.evaluate.machine_mute import Downtime, end_states, silenced
from sightline_local.api.downtime_match import meets
from sightline_local.api.downtime_times import present

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_local.api.downtime_times import Stretch


def downtimes(scheduled: Sequence[Mapping[str, Any]], monitor: Mapping[str, Any], now: int) -> tuple[Downtime, ...]:
    """Return what may mute groups of a monitor now: of all that are scheduled those for it, and its own `silenced`."""
    own = silenced(monitor.get("options") or {}, now)
    met = ((each, present(each, now)) for each in scheduled if meets(each, monitor))
    return own + tuple(_downtime(each, stretch) for each, stretch in met if stretch is not None)


def _downtime(body: Mapping[str, Any], stretch: Stretch) -> Downtime:
    start, end = stretch
    until = FOREVER if end is None else float(end)
    told = end_states(body["notify_end_states"]) if "expired" in body["notify_end_types"] else frozenset()
    first = not body["mute_first_recovery_notification"]
    return Downtime(" AND ".join(body["scope"]), float(start), until, Muting(until, first, told))
