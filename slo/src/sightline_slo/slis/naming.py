"""Looks up what a semantic SLI names, and says what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.suggest import did_you_mean
from sightline_slo import codes
from sightline_slo.conventions import METRICS, PROCESS_TAGS

if TYPE_CHECKING:
    from sightline_slo.conventions import Metric
    from sightline_slo.dialects._filled import Filled
    from sightline_slo.slis.selection import Selection

_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000}


def metric(at: Filled, key: str) -> Metric | None:
    """Look up the metric that a key names."""
    name = at.text(key)
    found = METRICS.get(name)
    if found is None:
        near = did_you_mean(name, list(METRICS))
        help_text = f"did you mean `{near}`?" if near else "write `events:` with queries for metrics of your own"
        at.report(codes.NOT_SENT, f"nothing sends `{name}`", key, "no metric of the instruments", help_text)
    return found


def holds(at: Filled, selection: Selection) -> bool:
    """Whether a metric has every attribute that is asked of it; what it has not is a finding."""
    unknown = selection.unknown()
    for each in unknown:
        known = (*selection.metric.attributes, *PROCESS_TAGS)
        near = did_you_mean(each, list(known))
        help_text = f"did you mean `{near}`?" if near else f"it has {', '.join(known)}"
        at.report(codes.NOT_SENT, f"`{selection.metric.name}` has no attribute `{each}`", "", "", help_text)
    return not unknown


def within(at: Filled, key: str, measured: Metric) -> float | None:
    """Read a bound in seconds, which must be one that the metric's histogram counts at."""
    text = at.text(key)
    unit = text.lstrip("0123456789")
    value = int(text.removesuffix(unit)) * _MILLISECONDS[unit] / 1000
    if value in measured.bounds:
        return value
    if not measured.bounds:
        at.report(codes.NOT_SENT, f"`{measured.name}` measures no time", key, "no distribution", "drop `within`")
        return None
    # Between two bounds Prometheus knows no count, and Datadog would count something else.
    nearest = min(measured.bounds, key=lambda bound: abs(bound - value))
    wanted = f"{nearest * 1000:g}ms" if nearest < 1 or nearest != int(nearest) else f"{nearest:g}s"
    message = f"`{measured.name}` is not counted at {text}"
    at.report(codes.NOT_SENT, message, key, "no bound of its histogram", f"write {wanted}, the nearest that is")
    return None
