"""A reference stands where an id of its kind belongs: `${monitor:…}` as an `slo_id` finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import texts
from sightline_datadog.references import references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC034"
HOLDS: dict[str, Kind] = {
    "slo_id": Kind.SLO,
    "monitor_id": Kind.MONITOR,
    "monitor_ids": Kind.MONITOR,
    "alert_id": Kind.MONITOR,
    "powerpack_id": Kind.POWERPACK,
    "gate_id": Kind.GATE,
}
"""The fields that hold an id of one kind. A monitor's query names what its type is about, which its grammar knows."""
_QUERIES = {"slo alert": Kind.SLO, "composite": Kind.MONITOR}


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Compare each reference with the field that it stands in."""
    for path, text in texts(document.body):
        if "${" not in text:
            continue
        field = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
        wanted = HOLDS.get(field)
        if path == ("query",) and document.kind is Kind.MONITOR:
            wanted = _QUERIES.get(str(document.body.get("type")))
        for kind, key in references(text):
            if wanted is not None and kind is not wanted:
                message = f"`{field}` takes the id of a {wanted}, and `${{{kind}:{key}}}` is that of a {kind}"
                yield Fault(message, f"name a {wanted}, as `${{{wanted}:KEY}}`", path)
