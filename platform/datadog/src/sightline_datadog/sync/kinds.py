"""What comparing and updating do differently for some kinds, as data: whatever is not named is done as for all."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.normalise import normalise
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


def differences(kind: Kind, before: Body, after: Body) -> tuple[FieldChange, ...]:
    """Return what `after` says otherwise than `before`, both in their normal form."""
    if same(before, after):
        return ()
    compare: Callable[[Body, Body], Iterator[FieldChange]] = _DIFFS.get(kind, diff)
    return tuple(compare(before, after))


def merged(kind: Kind, body: Body, there: Body) -> Body:
    """Return the body to send where an object is there already: with what must not be lost of it."""
    return _MERGES[kind](body, there) if kind in _MERGES else body


def fingerprint(kind: Kind, body: Body) -> str:
    """Return what is the same as long as nobody changes anything that an author decides."""
    return hashlib.sha256(canonical(normalise(kind, body)).encode()).hexdigest()[:32]
