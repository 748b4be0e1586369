"""What comparing and updating do differently for some kinds, as data: whatever is not named is done as for all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.normalise import normalise
from sightline_datadog.normalise.compare import compared
from sightline_datadog.sync.diff import FieldChange, canonical, diff, same
from sightline_datadog.sync.widgets import keep_widget_ids, widgets_diff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Body = Mapping[str, Any]

_DIFFS: dict[Kind, Callable[[Body, Body], Iterator[FieldChange]]] = {Kind.DASHBOARD: widgets_diff}


def _joined(body: Body, there: Body) -> dict[str, Any]:
    """Add our wishes for a metric to what others asked of it: it has no owner, so nothing is ever taken away."""
    tags = sorted({*map(str, there.get("tags") or []), *map(str, body.get("tags") or [])})
    percentiles = bool(there.get("include_percentiles")) or bool(body.get("include_percentiles"))
    return {**body, "tags": tags, "include_percentiles": percentiles}


def _with_ids_in_group(body: Body, there: Body) -> dict[str, Any]:
    """A powerpack is one group of widgets, which keep their ids as a dashboard's do."""
    kept = keep_widget_ids(
        {"widgets": [body.get("group_widget") or {}]}, {"widgets": [there.get("group_widget") or {}]}
    )
    return {**body, "group_widget": kept["widgets"][0]} if body.get("group_widget") else dict(body)


_MERGES: dict[Kind, Callable[[Body, Body], dict[str, Any]]] = {
    Kind.METRIC: _joined,
    Kind.DASHBOARD: keep_widget_ids,
    Kind.POWERPACK: _with_ids_in_group,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs, which fields no specification names, and the fingerprint of what was read."""

    fields: tuple[FieldChange, ...]
    unknown: tuple[str, ...]
    read: str


def comparison(kind: Kind, there: Body, wanted: Body) -> Comparison:
    """Compare an object as the server holds it with a body whose references are ids."""
    made = compared(kind, there, wanted)
    if same(made.before, made.after):
        return Comparison((), made.unknown, "")
    compare: Callable[[Body, Body], Iterator[FieldChange]] = _DIFFS.get(kind, diff)
    # What the server invents and no specification names may change by itself: it makes no plan stale.
    return Comparison(tuple(compare(made.before, made.after)), made.unknown, _hash(made.before))


def merged(kind: Kind, body: Body, there: Body) -> Body:
    """Return the body to send where an object is there already: with what must not be lost of it."""
    return _MERGES[kind](body, there) if kind in _MERGES else body


def fingerprint(kind: Kind, body: Body) -> str:
    """Return what is the same as long as nobody changes anything that an author decides."""
    return _hash(normalise(kind, body))


def _hash(body: Body) -> str:
    return hashlib.sha256(canonical(body).encode()).hexdigest()[:32]
