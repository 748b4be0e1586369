"""Numbers of a monitor that the specification leaves open and the product does not.

https://docs.datadoghq.com/monitors/configuration/: priority 1 to 5, automatic resolution after 0 to 24 hours, groups
kept for 1 to 72 hours. A delay is never negative.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.located import Path
    from sightline_datadog.inspection import Among

CODE = "DDC024"
RANGES: dict[Path, tuple[int, int]] = {
    ("priority",): (1, 5),
    ("options", "timeout_h"): (0, 24),
    ("options", "evaluation_delay"): (0, 86_400),
    ("options", "new_group_delay"): (0, 86_400),
    ("options", "renotify_interval"): (0, 525_600),
}
_MINUTES = {"m": 1, "h": 60, "d": 1440}
_KEPT = (60, 72 * 60)


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Compare each with its range."""
    if document.kind is not Kind.MONITOR:
        return
    for path, (least, most) in RANGES.items():
        inside = document.body if len(path) == 1 else options(document)
        found = inside.get(str(path[-1]))
        # 0 is what Terraform sends for no priority, and is taken for it.
        if isinstance(found, int | float) and found != 0 and not least <= found <= most:
            yield Fault(f"`{path[-1]}` is {found:g}", f"choose one from {least} to {most}", path)
    kept = str(options(document).get("group_retention_duration") or "")
    duration = re.fullmatch(r"(\d+)([mhd])", kept)
    if kept and not (duration and _KEPT[0] <= int(duration[1]) * _MINUTES[duration[2]] <= _KEPT[1]):
        path = ("options", "group_retention_duration")
        yield Fault(f"groups cannot be kept for `{kept}`", "choose one from 60m to 72h", path)
