"""Reads one series of a test: of a metric, of a service check, or of logs and other events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.testing import codes, notation
from sightline_datadog.testing.model import METRIC_KINDS, CheckSeries, EventSeries, MetricSeries

if TYPE_CHECKING:
    from sightline_datadog.testing.fields import Fields
    from sightline_datadog.testing.model import Fixture

_ONE_OF = ("metric", "check", "events")


def read_series(item: Fields) -> Fixture | None:
    """Read one; what is wrong with it is a finding."""
    present = [key for key in _ONE_OF if key in item.keys()]  # noqa: SIM118 - it is no mapping
    if len(present) != 1:
        if item.is_mapping:
            item.report(
                codes.BAD_FORM, "a series is of a `metric`, of a `check` or of `events`: one of them", item.here
            )
        return None
    made: Fixture | None = {"metric": _metric, "check": _check, "events": _events}[present[0]](item)
    item.done()
    return made


def _interval(item: Fields) -> int | None:
    interval = item.read("interval", notation.seconds, codes.BAD_TIME, help_text="write such as `10s`")
    if interval == 0:
        item.report(codes.BAD_TIME, "an interval of nothing", item.span("interval"))
        return None
    return 60 if interval is None else interval


def _metric(item: Fields) -> MetricSeries | None:
    name, tags, interval = item.text("metric", required=True), item.texts("tags"), _interval(item)
    kind = item.text("type") or "gauge"
    values = item.read("values", notation.values, codes.BAD_VALUES, required=True)
    known = next((each for each in METRIC_KINDS if each == kind), None)
    if known is None:
        item.report(codes.BAD_FORM, f"`{kind}` is no type of a metric", item.span("type"), "", _choice(METRIC_KINDS))
    if name is None or interval is None or values is None or known is None:
        return None
    return MetricSeries(name, tags, known, interval, tuple(values), item.here)


def _check(item: Fields) -> CheckSeries | None:
    name, tags, interval = item.text("check", required=True), item.texts("tags"), _interval(item)
    values = item.read("statuses", notation.statuses, codes.BAD_VALUES, required=True)
    if name is None or interval is None or values is None:
        return None
    return CheckSeries(name, tags, interval, tuple(values), item.here)


def _events(item: Fields) -> EventSeries | None:
    source, interval = item.text("events", required=True), _interval(item)
    attributes: dict[str, Any] = item.mapping("attributes")
    values = item.read("counts", notation.values, codes.BAD_VALUES, required=True)
    if source is None or interval is None or values is None:
        return None
    return EventSeries(source, attributes, interval, tuple(values), item.here)


def _choice(names: tuple[str, ...]) -> str:
    return f"one of {', '.join(names)}"
