"""Tags are kept in lower case, cut and cleaned of odd characters: what is written otherwise is never found again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.located import Path
    from sightline_datadog.inspection import Among

CODE = "DDC014"
LONGEST = 200
MOST = 80
"""On one object; more are dropped."""
MOST_TEAMS = 5
"""On one dashboard: https://docs.datadoghq.com/dashboards/#dashboard-tags"""

_ODD = re.compile(r"[^\w./:-]")


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Dashboards take `team:` only, powerpacks plain words; the others what comes back as it was sent."""
    if document.kind is Kind.POWERPACK:
        return
    tags = document.body.get("tags") or []
    most = MOST_TEAMS if document.kind is Kind.DASHBOARD else MOST
    if len(tags) > most:
        yield Fault(f"it has {len(tags)} tags, and Datadog keeps {most}", "leave out the least needed", ("tags",))
    for index, tag in enumerate(tags):
        text, path = str(tag), ("tags", index)
        if fault := _odd(text, path):
            yield fault
        if len(text) > LONGEST:
            yield Fault(f"the tag `{text[:40]}…` is longer than {LONGEST} characters", "shorten it", path)
        if document.kind is Kind.DASHBOARD and not text.startswith("team:"):
            yield Fault(f"a dashboard cannot carry the tag `{text}`", "only `team:` is taken there", path)


def _odd(text: str, path: Path) -> Fault | None:
    if text != text.lower():
        message = f"the tag `{text}` has capitals, which are not kept"
        return Fault(message, f"write `{text.lower()}`", path, severity=Severity.WARNING)
    if not text[:1].isalpha():
        return Fault(f"the tag `{text}` does not begin with a letter", "put a word before it", path)
    if text.endswith(":"):
        return Fault(f"the tag `{text}` ends with a colon", f"write `{text.rstrip(':')}`, or a value", path)
    if odd := _ODD.search(text):
        return Fault(f"the tag `{text}` has a `{odd[0]}`", f"write `{_ODD.sub('_', text)}`", path)
    return None
