"""An SLO must agree with itself: each timeframe once, the leading one among them, and of monitors what such SLOs keep.

https://docs.datadoghq.com/service_level_objectives/monitor/: 20 monitors at most, and two decimals of a target below 90
days. The official client sends all of it as it is; the API answers in the middle of a push.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC015"
MOST_MONITORS = 20
DECIMALS = 2


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Compare the thresholds with one another, with the leading one, and with the monitors' bounds."""
    if document.kind is not Kind.SLO:
        return
    body = document.body
    targets: dict[str, float] = {}
    for index, each in enumerate(body.get("thresholds") or []):
        timeframe, target = str(each.get("timeframe")), float(each.get("target") or 0)
        if timeframe in targets:
            path = ("thresholds", index, "timeframe")
            yield Fault(f"the timeframe {timeframe} stands twice", "leave one of the two", path)
        targets.setdefault(timeframe, target)
        if body.get("type") == "monitor" and timeframe in {"7d", "30d"} and round(target, DECIMALS) != target:
            message = f"a target of {target!r} % over monitors has more than {DECIMALS} decimals"
            yield Fault(message, "round it, or take 90d", ("thresholds", index, "target"))
    leading, target_there = body.get("timeframe"), body.get("target_threshold")
    if leading is not None and str(leading) not in targets:
        yield Fault(f"no threshold has the timeframe {leading}", f"there are {', '.join(targets)}", ("timeframe",))
    elif leading is not None and target_there is not None and target_there != targets[str(leading)]:
        message = f"target_threshold is {target_there}, and the target of {leading} {targets[str(leading)]:g}"
        yield Fault(message, "write the same number in both", ("target_threshold",))
    if body.get("type") == "monitor" and not 1 <= len(body.get("monitor_ids") or []) <= MOST_MONITORS:
        count = len(body.get("monitor_ids") or [])
        yield Fault(f"an SLO over {count} monitors is refused", f"name 1 to {MOST_MONITORS}", ("monitor_ids",))
