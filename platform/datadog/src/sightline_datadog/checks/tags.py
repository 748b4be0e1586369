"""Tags are kept in lower case, cut and cleaned of odd characters: what is written otherwise is never found again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CODE = "DDC014"
LONGEST = 200
MOST = 80
"""On one object; more are dropped."""

_ODD = re.compile(r"[^\w./:-]")


def check(document: Document, _documents: Sequence[Document]) -> Iterator[Fault]:
    """Dashboards take `team:` only; the others what comes back as it was sent."""
    if document.kind is Kind.POWERPACK:  # plain words
        return
    tags = document.body.get("tags") or []
    if len(tags) > MOST:
        yield Fault(f"it has {len(tags)} tags, and Datadog keeps {MOST}", "leave out the least needed", ("tags",))
    for index, tag in enumerate(tags):
        text, path = str(tag), ("tags", index)
        if text != text.lower():
            yield Fault(f"the tag `{text}` has capitals", f"write `{text.lower()}`", path)
        elif not text[:1].isalpha():
            yield Fault(f"the tag `{text}` does not begin with a letter", "put a word before it", path)
        elif text.endswith(":"):
            yield Fault(f"the tag `{text}` ends with a colon", f"write `{text.rstrip(':')}`, or a value", path)
        elif odd := _ODD.search(text):
            yield Fault(f"the tag `{text}` has a `{odd[0]}`", f"write `{_ODD.sub('_', text)}`", path)
        if len(text) > LONGEST:
            yield Fault(f"the tag `{text[:40]}…` is longer than {LONGEST} characters", "shorten it", path)
        if document.kind is Kind.DASHBOARD and not text.startswith("team:"):
            yield Fault(f"a dashboard cannot carry the tag `{text}`", "only `team:` is taken there", path)
