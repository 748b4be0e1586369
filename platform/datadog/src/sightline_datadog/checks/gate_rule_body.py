"""A deployment gate's rule is one of two types, looks for two hours at most, and names its gate.

The specifications of DeploymentGatesMonitorRule and DeploymentGatesFDDRule: `duration` at most 7,200 seconds, a monitor
rule has a query or monitors, and `allowed_resources` excludes `excluded_resources`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC033"
TYPES = ("monitor", "faulty_deployment_detection")
LONGEST_S = 7200


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look at type, options and gate."""
    if document.kind is not Kind.GATE_RULE:
        return
    body = document.body
    given = body.get("options") or {}
    if body.get("type") not in TYPES:
        yield Fault(f"`{body.get('type')}` is no type of rule", f"one of {', '.join(TYPES)}", ("type",))
    if not body.get("gate_id"):
        yield Fault("nothing says whose rule it is", "add `gate_id`, such as `${deployment_gate:KEY}`")
    if body.get("type") == "monitor" and bool(given.get("query")) == bool(given.get("monitor_ids")):
        yield Fault("exactly one of `query` and `monitor_ids` says which monitors count", "keep one", ("options",))
    if given.get("allowed_resources") and given.get("excluded_resources"):
        yield Fault("`allowed_resources` and `excluded_resources` exclude one another", "keep one", ("options",))
    duration = given.get("duration")
    if isinstance(duration, int | float) and duration > LONGEST_S:
        yield Fault(f"it looks for {duration:g} s", f"choose {LONGEST_S} at most", ("options", "duration"))
