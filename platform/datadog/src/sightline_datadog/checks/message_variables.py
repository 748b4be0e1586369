"""A variable of a message must name a group of the query: any other is printed as nothing.

https://docs.datadoghq.com/monitors/notify/variables/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_core.suggest import did_you_mean
from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import groups, monitor_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC025"
_VARIABLE = re.compile(r"\{\{\s*(?:[#^]is_(?:exact_)?match\s+\")?\[?([\w.@:-]+?)\]?\.name\b")


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look at the message of a monitor whose query says its groups."""
    if document.kind is not Kind.MONITOR or document.body.get("type") == "composite":
        return
    known = groups(monitor_query(document))
    if known is None or "*" in known:
        return
    for found in _VARIABLE.finditer(str(document.body.get("message") or "")):
        name = found[1]
        if name not in known:
            near = did_you_mean(name, known)
            groups_text = f"by {{{', '.join(sorted(known))}}}" if known else "without `by`"
            message = f"`{{{{{name}.name}}}}` is always empty: the query is {groups_text}"
            help_text = f"did you mean `{near}`?" if near else f"group the query by `{name}`, or leave it out"
            yield Fault(message, help_text, ("message",), found.span(1), Severity.WARNING)
