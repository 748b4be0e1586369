"""A downtime says its scope in keys and values, and begins before it ends.

Recorded of the vendor: `All values must have a key`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC031"
_WORDS = re.compile(r"[^\s(),]+")
_GROUP = re.compile(r":\([^()]*\)")
_JOINING = frozenset({"AND", "OR", "NOT", "IN", "*"})


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look at scope and schedule."""
    if document.kind is not Kind.DOWNTIME:
        return
    scope = str(document.body.get("scope") or "")
    if " IN " not in scope.upper():
        # Same length, so that places stay: the values of `key:(one OR other)` have a key.
        plain = _GROUP.sub(lambda group: ":" + " " * (len(group[0]) - 1), scope)
        for found in _WORDS.finditer(plain):
            if found[0].upper().lstrip("-!") not in _JOINING and ":" not in found[0] and "$" not in found[0]:
                yield Fault(f"`{found[0]}` has no key", f"write `key:{found[0]}`", ("scope",), found.span())
    schedule = document.body.get("schedule") or {}
    start, end = _moment(schedule.get("start")), _moment(schedule.get("end"))
    if start and end and end <= start:
        yield Fault("it ends before it begins", "put the end after the start", ("schedule", "end"))


def _moment(value: object) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
