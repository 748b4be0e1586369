"""The layout of a dashboard: what it says of widgets' places must go with its type.

The specification of `Dashboard.reflow_type`: only with an ordered layout; where it is fixed each widget has a place,
where it is automatic none has. Groups stand in no group. An ordered dashboard has twelve columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import widgets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.located import Path
    from sightline_datadog.inspection import Among

CODE = "DDC027"
COLUMNS = 12
_TOP = 2
"""How long the path of a widget that stands in no group is."""


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look at each widget's place and at what it stands in."""
    if document.kind is not Kind.DASHBOARD:
        return
    kind, reflow = document.body.get("layout_type"), document.body.get("reflow_type")
    if reflow and kind == "free":
        yield Fault("a free layout does not reflow", "leave it out, or make the layout ordered", ("reflow_type",))
    for path, widget in widgets(document):
        definition, layout = widget.get("definition") or {}, widget.get("layout")
        inside = len(path) > _TOP
        if inside and definition.get("type") == "group":
            yield Fault("a group stands in a group", "put its widgets beside it", (*path, "definition", "type"))
        if not inside and layout is None and (kind == "free" or reflow == "fixed"):
            words = "a free layout" if kind == "free" else "a layout that does not reflow"
            yield Fault(f"in {words} each widget needs a place", 'add `"layout": {"x": …}`', path)
        if kind == "ordered" and isinstance(layout, dict):
            yield from _place(layout, (*path, "layout"), automatic=reflow == "auto" and not inside)


def _place(layout: dict[str, object], path: Path, *, automatic: bool) -> Iterator[Fault]:
    x, width = layout.get("x"), layout.get("width")
    if automatic:
        message = "a widget's place is not looked at where the layout reflows by itself"
        yield Fault(message, "leave it out", path, severity=Severity.WARNING)
    elif isinstance(x, int) and isinstance(width, int) and x + width > COLUMNS:
        message = f"this widget ends at column {x + width} of {COLUMNS}"
        yield Fault(message, "move it to the left, or make it narrower", path)
