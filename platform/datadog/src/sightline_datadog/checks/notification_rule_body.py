"""A notification rule names its recipients in one way, without the `@` of messages.

Recorded of the vendor: `Recipient handle should not start with '@'`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC032"


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look at both ways to name recipients."""
    if document.kind is not Kind.NOTIFICATION_RULE:
        return
    body = document.body
    if bool(body.get("recipients")) == bool(body.get("conditional_recipients")):
        message = "exactly one of `recipients` and `conditional_recipients` says who is told"
        yield Fault(message, "keep one of the two")
    for field in ("recipients", "conditional_recipients"):
        for path, text in texts(body.get(field), (field,)):
            if text.startswith("@"):
                yield Fault(f"the recipient `{text}` begins with `@`", f"write `{text[1:]}`", path)
