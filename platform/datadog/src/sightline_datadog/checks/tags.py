"""Tags are kept in lower case and cut at 200 characters: what is written otherwise is never found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CODE = "DDC014"
LONGEST = 200


def check(document: Document, _documents: Sequence[Document]) -> Iterator[Fault]:
    """Dashboards take `team:` only; the others take any tag in lower case."""
    for index, tag in enumerate(document.body.get("tags") or []):
        text, path = str(tag), ("tags", index)
        if text != text.lower():
            yield Fault(f"the tag `{text}` has capitals", f"write `{text.lower()}`", path)
        if len(text) > LONGEST:
            yield Fault(f"the tag `{text[:40]}…` is longer than {LONGEST} characters", "shorten it", path)
        if document.kind is Kind.DASHBOARD and not text.startswith("team:"):
            yield Fault(f"a dashboard cannot carry the tag `{text}`", "only `team:` is taken there", path)
