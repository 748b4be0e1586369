"""The mark by which an object says that it is ours: there is no state file.

`sightline:<project>:<kind>:<key>` stands on the last line of the description (SLO, dashboard) or of the message
(monitor). Where the vendor takes tags, two say it again, so that its own search finds ours. A metric configuration has
neither text nor tags of its own: it is found by the metric's name, and never deleted.
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

_MARK = re.compile(rf"(?:^|\s)sightline:({PROJECT}):(metric|slo|monitor|dashboard):({KEY})\s*$")
_TEXT = {Kind.SLO: "description", Kind.MONITOR: "message", Kind.DASHBOARD: "description"}
_NOTE = "Managed as code: a change made here is undone by the next push."


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
    if document.kind is Kind.METRIC:
        return body
    mark = Mark(project, document.kind, document.key)
    field = _TEXT[document.kind]
    text = without_mark(str(body.get(field) or ""))
    body[field] = f"{text}\n\n{_NOTE}\n{mark}".lstrip()
    if document.kind in {Kind.SLO, Kind.MONITOR}:
        own = [f"sightline_key:{tag_value(document.key)}", f"sightline_project:{tag_value(project)}"]
        body["tags"] = sorted({*map(str, body.get("tags") or []), *own})
    return body


def read_mark(kind: Kind, body: Mapping[str, Any]) -> Mark | None:
    """Return the mark that an object carries; None for one that is not ours (or of another kind's text)."""
    if kind is Kind.METRIC:
        return None
    found = _MARK.search(str(body.get(_TEXT[kind]) or ""))
    if not found or found[2] != kind:
        return None
    return Mark(found[1], kind, found[3])


def without_mark(text: str) -> str:
    """Return a description or message as its author wrote it."""
    return _MARK.sub("", text).rstrip().removesuffix(_NOTE).rstrip()


def tag_value(text: str) -> str:
    """Spell a text as the vendor keeps a tag's value: lower case, odd characters as `_`, 200 characters at most."""
    return re.sub(r"[^a-z0-9_./:-]", "_", text.lower())[:180].rstrip(":")
