"""The mark by which an object says that it is ours: there is no state file.

`sightline:<project>:<kind>:<key>` stands on the last line of the text that a person reads (description, message), or at
the end of the name where a kind has no other text. Where the vendor takes tags, two say it again, so that its own
search finds ours. What has none of these is found by its natural name: `documents.NATURAL`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT = r"[A-Za-z0-9_.-]+"
"""What a project may be called."""
KEY = r"\S+"
"""What a key may be: the mark ends at the next space."""

TEXT = {
    Kind.SLO: "description",
    Kind.SLO_CORRECTION: "description",
    Kind.MONITOR: "message",
    Kind.SYNTHETICS: "message",
    Kind.DOWNTIME: "message",
    Kind.NOTIFICATION_RULE: "name",
    Kind.POWERPACK: "description",
    Kind.DASHBOARD: "description",
    Kind.GATE_RULE: "name",
}
"""The field that carries the mark. Dashboards take no tag but `team:`, so that theirs is the text alone."""
_TAGGED = frozenset({Kind.SLO, Kind.MONITOR, Kind.SYNTHETICS})
_MARK = re.compile(rf"(?:^|\s)sightline:({PROJECT}):({'|'.join(Kind)}):({KEY})\s*$")
_NOTE = "Managed as code: a change made here is undone by the next push."
_POWERPACK_TAG = 80
_POWERPACK_TAGS = 8
"""The longest tag of a powerpack, and how many it keeps, by the vendor's specification."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Whose an object is."""

    project: str
    kind: Kind
    key: str

    def __str__(self) -> str:
        return f"sightline:{self.project}:{self.kind}:{self.key}"


def marked(document: Document, project: str) -> dict[str, Any]:
    """Return the body with our mark in it; an older mark in it is replaced."""
    body = dict(document.body)
    field = TEXT.get(document.kind)
    if field is None:
        return body
    mark = Mark(project, document.kind, document.key)
    text = without_mark(str(body.get(field) or ""))
    body[field] = f"{text} {mark}".lstrip() if field == "name" else f"{text}\n\n{_NOTE}\n{mark}".lstrip()
    own = [f"sightline_key:{tag_value(document.key)}", f"sightline_project:{tag_value(project)}"]
    if document.kind is Kind.POWERPACK:
        tags = [*map(str, body.get("tags") or []), own[1][:_POWERPACK_TAG]]
        body["tags"] = list(dict.fromkeys(tags))[:_POWERPACK_TAGS]
    elif document.kind in _TAGGED:
        body["tags"] = sorted({*map(str, body.get("tags") or []), *own})
    return body


def read_mark(kind: Kind, body: Mapping[str, Any]) -> Mark | None:
    """Return the mark that an object carries; None for one that is not ours (or of another kind's text)."""
    found = _MARK.search(str(body.get(TEXT.get(kind, "")) or ""))
    if not found or found[2] != kind:
        return None
    return Mark(found[1], kind, found[3])


def without_mark(text: str) -> str:
    """Return a description or message as its author wrote it."""
    return _MARK.sub("", text).rstrip().removesuffix(_NOTE).rstrip()


def tag_value(text: str) -> str:
    """Spell a text as the vendor keeps a tag's value: lower case, odd characters as `_`, 200 characters at most."""
    return re.sub(r"[^a-z0-9_./:-]", "_", text.lower())[:180].rstrip(":")
