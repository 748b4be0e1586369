"""A synthetics test asserts something, runs now and then, and has steps where it consists of them.

Recorded of the vendor: `Minimum number of elements in parameter 'assertions' should be 1` and `Required parameter
'tick_every' is missing`; between runs lie 30 seconds to a week.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC029"
EVERY_S = (30, 604_800)


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look at assertions, steps and the interval."""
    if document.kind is not Kind.SYNTHETICS:
        return
    config: Any = document.body.get("config") or {}
    if document.body.get("type") == "api":
        if document.body.get("subtype") == "multi":
            if not config.get("steps"):
                yield Fault("a test of several steps has none", "add one under `config.steps`", ("config", "steps"))
        elif not config.get("assertions"):
            yield Fault("the test asserts nothing", "add one under `config.assertions`", ("config", "assertions"))
    every = (document.body.get("options") or {}).get("tick_every")
    path = ("options", "tick_every")
    if every is None:
        yield Fault("nothing says how often it runs", "add `options.tick_every` in seconds", path)
    elif isinstance(every, int | float) and not EVERY_S[0] <= every <= EVERY_S[1]:
        yield Fault(f"it cannot run every {every:g} s", f"choose one from {EVERY_S[0]} to {EVERY_S[1]}", path)
