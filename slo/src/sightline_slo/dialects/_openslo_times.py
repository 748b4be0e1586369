"""OpenSLO's shorthand for lengths of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo import codes
from sightline_slo.durations import seconds

if TYPE_CHECKING:
    from sightline_slo.dialects._openslo_objects import At


def duration(at: At, key: str, text: str) -> int:
    """Return the seconds, 0 beside a finding: months, quarters and years have no fixed length."""
    found = seconds(text)
    if found is None or text.endswith("s"):
        help_text = "write minutes, hours, days or weeks, such as 30d"
        at.report(f"`{text}` is no length of time here", key, help_text=help_text, code=codes.BAD_DURATION)
        return 0
    return found
