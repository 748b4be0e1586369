"""What a monitor does without data must be said once, and in a way that its type has.

`on_missing_data` takes the place of `notify_no_data` and `no_data_timeframe`; composites have neither, `resolve` does
not go with `timeout_h`, and a `default_zero` in the query leaves nothing missing.
https://docs.datadoghq.com/monitors/configuration/#no-data
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC020"
_HERE = ("options", "on_missing_data")


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look at `on_missing_data` and what stands beside it."""
    if document.kind is not Kind.MONITOR:
        return
    given = options(document)
    chosen = given.get("on_missing_data")
    if chosen is None:
        return
    for key in ("notify_no_data", "no_data_timeframe"):
        if given.get(key):
            message = f"`on_missing_data` and `{key}` both say what to do without data"
            yield Fault(message, f"leave out `{key}`", ("options", key))
    if document.body.get("type") == "composite":
        yield Fault("a composite has no `on_missing_data`", "leave it out: its monitors decide", _HERE)
    if chosen == "resolve" and given.get("timeout_h"):
        yield Fault("`resolve` does not go with `timeout_h`", "leave one of the two out", ("options", "timeout_h"))
    if chosen != "default" and "default_zero(" in str(document.body.get("query") or ""):
        yield Fault(f"with default_zero nothing is ever missing: `{chosen}` never happens", "write `default`", _HERE)
