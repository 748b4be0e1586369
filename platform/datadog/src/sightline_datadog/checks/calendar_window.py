"""A window of the calendar (`current_1d`) and `scheduling_options.evaluation_window` need one another.

https://docs.datadoghq.com/monitors/configuration/#evaluation-window
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC023"
_CURRENT = re.compile(r"\bcurrent_\d+(?:h|d|mo)\b")


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look at the query's window and at the options."""
    if document.kind is not Kind.MONITOR:
        return
    found = _CURRENT.search(str(document.body.get("query") or ""))
    window = (options(document).get("scheduling_options") or {}).get("evaluation_window")
    if found and not window:
        help_text = 'add `"scheduling_options": {"evaluation_window": …}` that says when it begins'
        yield Fault(f"nothing says when `{found[0]}` begins", help_text, ("query",), found.span())
    if window and not found:
        message = "an evaluation window of the calendar needs a query over `current_1h`, `current_1d` or `current_1mo`"
        path = ("options", "scheduling_options", "evaluation_window")
        yield Fault(message, "write such a window into the query, or leave this out", path)
