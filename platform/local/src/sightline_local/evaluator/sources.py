"""What a run of the evaluator may ask: the objects that were pushed, where monitors stand, and the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.composite import monitors_of
from sightline_datadog.evaluate.look import Sources
from sightline_datadog.evaluate.machine import leading
from sightline_datadog.query import alerts, read_monitor_query
from sightline_local.corrections import corrections_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sightline_datadog.evaluate.look import CheckSource, EventSource, Group
    from sightline_datadog.evaluate.source import MetricSource
    from sightline_datadog.evaluate.states import Standing, State
    from sightline_local.config.objects import Objects
    from sightline_local.config.standings import Standings


class World:
    """Everything as it was when the run began; `standings` moves on with it."""

    def __init__(
        self,
        objects: Objects,
        standings: Standings,
        source: MetricSource,
        checks: CheckSource | None = None,
        events: EventSource | None = None,
    ) -> None:
        self.monitors: dict[str, dict[str, Any]] = {str(each["id"]): each for each in objects.all("monitor")}
        self.standings: dict[str, dict[Group, Standing]] = standings.every()
        slos = {str(each["id"]): each for each in objects.all("slo")}
        corrections = objects.all("slo_correction")

        def of_slo(slo_id: str) -> Sequence[Mapping[str, Any]]:
            return corrections_of(slos.get(slo_id, {"id": slo_id}), corrections)

        self.sources = Sources(
            source,
            slos.get,
            checks,
            events,
            find_monitor=self.monitors.get,
            find_standing=self.states,
            find_corrections=of_slo,
            find_history=standings.history,
        )

    def states(self, monitor_id: str) -> Mapping[Group, State]:
        """Return the state of each group of a monitor."""
        return {group: each.state for group, each in self.standings.get(monitor_id, {}).items()}


def in_order(monitors: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return monitors so that a composite comes after those that it is made of."""
    return sorted(monitors, key=lambda each: each["type"] == "composite")


def parts_of(monitor: Mapping[str, Any], world: World) -> dict[str, Any]:
    """Return the values of a composite's monitors by letter, in the order in which it names them."""
    if monitor["type"] != "composite":
        return {}
    query, _ = read_monitor_query("composite", str(monitor["query"]))
    if not isinstance(query, alerts.Composite):
        return {}
    found = {}
    for letter, monitor_id in zip("abcdefghij", dict.fromkeys(monitors_of(query.condition)), strict=False):
        standing = leading(world.standings.get(monitor_id, {}))
        if standing is not None:
            found[letter] = standing.values.get("value")
    return found
