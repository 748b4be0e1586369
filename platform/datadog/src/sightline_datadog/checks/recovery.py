"""A recovery threshold must lie on the near side of the threshold that it ends.

https://docs.datadoghq.com/monitors/configuration/#thresholds: `>` recovers at `<=`, `<` at `>=`. Beyond the threshold
the monitor would alert and recover at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.inspection import monitor_query, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.documents import Document
    from sightline_datadog.inspection import Among

CODE = "DDC019"


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Compare each with its threshold; equal to it is what holds anyway."""
    comparator = getattr(monitor_query(document), "comparator", "")
    if comparator not in {">", ">=", "<", "<="}:
        return
    thresholds = options(document).get("thresholds") or {}
    for name in ("critical", "warning"):
        limit, recovery = thresholds.get(name), thresholds.get(f"{name}_recovery")
        if not isinstance(limit, int | float) or not isinstance(recovery, int | float):
            continue
        beyond = recovery > limit if comparator.startswith(">") else recovery < limit
        if beyond:
            message = f"it would recover from {name} at {recovery:g}, beyond the threshold of {limit:g}"
            side = "below" if comparator.startswith(">") else "above"
            yield Fault(message, f"choose one {side} it", ("options", "thresholds", f"{name}_recovery"))
