"""Some series of a metric, and how each backend counts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_slo.conventions import PROCESS_TAGS, label
from sightline_slo.model import Backend, Events, Query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_core.diagnostics import Span
    from sightline_slo.conventions import Metric
    from sightline_slo.model import Sli

    Place = Callable[[int, int], Span]


@dataclass(frozen=True, slots=True)
class Selection:
    """The series of `metric` whose attributes are those of `where`, kept apart by `by`."""

    metric: Metric
    where: Mapping[str, str]
    by: tuple[str, ...] = ()

    def also(self, **where: str) -> Selection:
        """Return fewer of them."""
        return Selection(self.metric, {**self.where, **where}, self.by)

    def unknown(self) -> list[str]:
        """Return the attributes that the metric does not have."""
        known = (*self.metric.attributes, *PROCESS_TAGS)
        return [each for each in (*self.where, *self.by) if each not in known]

    def prometheus(self, within: float | None = None) -> str:
        """Return PromQL that counts the events per second, those within a bound where one is given."""
        name, matchers = self.metric.prometheus, dict(self.where)
        parts = [f"{label(key)}={_quoted(value)}" for key, value in matchers.items()]
        if self.metric.kind == "distribution":
            name += "_count" if within is None else "_bucket"
            if within is not None:
                parts.append(_bound(within))
        grouped = f" by ({', '.join(label(each) for each in self.by)}) " if self.by else ""
        return f"sum{grouped}(rate({name}{{{','.join(parts)}}}[{{{{.window}}}}]))"

    def datadog(self, within: float | None = None) -> str:
        """Return the metric query that counts the events."""
        # Datadog keeps tags in lower case.
        tags = ",".join(f"{key}:{value.lower()}" for key, value in self.where.items()) or "*"
        counts = "count" if self.metric.kind == "distribution" else "sum"
        if within is not None:
            counts = f"count(v: v<={within:g})"
        grouped = f" by {{{','.join(self.by)}}}" if self.by else ""
        return f"{counts}:{self.metric.name}{{{tags}}}{grouped}.as_count()"


def events(
    place: Place,
    total: Selection,
    *,
    bad: Selection | None = None,
    good: Selection | None = None,
    within: float | None = None,
) -> Mapping[Backend, Sli]:
    """Count the same events at both backends."""

    def counted(backend: Backend) -> Events:
        def query(selection: Selection, bound: float | None = None) -> Query:
            text = selection.prometheus(bound) if backend is Backend.PROMETHEUS else selection.datadog(bound)
            # The text is ours, so that all of it stands where the SLI was declared.
            return Query(text, lambda _start, _end: place(0, 0))

        return Events(
            None if bad is None else query(bad),
            None if good is None else query(good, within),
            query(total),
        )

    return {backend: counted(backend) for backend in Backend}


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bound(value: float) -> str:
    # Prometheus writes the bound 1 as "1.0" where it scraped it, and as "1" where OTLP brought it.
    return f'le=~"{value:g}|{value:g}\\\\.0"' if value == int(value) else f'le="{value:g}"'
