"""What is there against what is wanted, made comparable: only a decision of the author's is left to differ.

A server adds fields, and fills in what was left out. So what it holds where the author is silent counts for nothing

- where the vendor's specification has no such field: it is reported, and neither differs nor fails;
- where it is empty, or what the specification says a field left out is.

Anything else that the author is silent about was said once and taken back, and is a difference.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.normalise import downtime, monitor, normalise, powerpack, slo, synthetics
from sightline_datadog.schema.load import schema
from sightline_datadog.schema.roots import root
from sightline_datadog.schema.walk import fits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sightline_datadog.schema.walk import Walker

_EMPTY: tuple[Any, ...] = (None, False, 0, "", [], {})
_ROOT = ""

_BOTH: dict[Kind, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    Kind.DOWNTIME: downtime.reconcile,
    Kind.MONITOR: monitor.reconcile,
    Kind.POWERPACK: powerpack.reconcile,
    Kind.SLO: slo.reconcile,
    Kind.SYNTHETICS: synthetics.reconcile,
}
"""Rules that need both sides: what the server decides where the author does not, and what it never gives back."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sides in one spelling. `unknown` are fields that the server holds and no specification names, each once.

    A path is written as `options.thresholds` or `widgets[].definition.title`.
    """

    before: dict[str, Any]
    after: dict[str, Any]
    unknown: tuple[str, ...] = ()


def compared(kind: Kind, there: Mapping[str, Any], wanted: Mapping[str, Any]) -> Compared:
    """Compare an object as the server holds it with a document's body, its references replaced by ids.

    A field on the top level that the author took back stands as null in `after`.
    """
    before, after = normalise(kind, there), normalise(kind, wanted)
    if kind in _BOTH:
        before, after = deepcopy(before), deepcopy(after)
        _BOTH[kind](before, after)
    if before == after:
        return Compared(before, after)
    compiled = schema()
    name = root(kind, after)
    if name is None:
        return Compared(before, after)
    settling = _Settling(compiled.walker, frozenset(_said(after, _ROOT)), drops_unknown=True)
    settled = settling.settle(name, before, after, _ROOT)
    # The other way round: what the author writes and the server leaves out, because it says the same.
    unsaid = _Settling(compiled.walker, frozenset(_said(settled, _ROOT)), drops_unknown=False)
    after = unsaid.settle(name, after, settled, _ROOT)
    taken_back = {key: None for key in settled if key not in after}
    return Compared(settled, after | taken_back, tuple(dict.fromkeys(settling.unknown)))


class _Settling:
    """One pass over both sides: takes out of one what the other may as well leave out.

    `said` are the paths of everything that the other says anywhere. Only of the server's side are fields dropped that
    nobody knows: the author's are there for a reason.
    """

    def __init__(self, walker: Walker, said: frozenset[str], *, drops_unknown: bool) -> None:
        self._walker, self._said, self._drops_unknown = walker, said, drops_unknown
        self.unknown: list[str] = []

    def settle(self, given: Any, before: Any, after: Any, path: str) -> Any:
        if before == after:
            return before
        shape = self._walker.shape(given, before)
        if isinstance(before, list):
            inner, paired = (shape or {}).get("of"), isinstance(after, list) and len(after) == len(before)
            return [
                self.settle(inner, each, after[index] if paired else None, f"{path}[]")
                for index, each in enumerate(before)
            ]
        return self._mapping(shape, before, after, path) if isinstance(before, dict) else before

    def _mapping(self, shape: Any, before: dict[str, Any], after: Any, path: str) -> dict[str, Any]:
        known: Mapping[str, Any] = (shape or {}).get("has", {})
        rest = (shape or {}).get("rest")
        kept: dict[str, Any] = {}
        for key, value in before.items():
            where = f"{path}.{key}" if path else str(key)
            silent = key not in after if isinstance(after, dict) else where not in self._said
            nobody_knows = silent and where not in self._said and key not in known and not self._own(rest, value)
            if nobody_knows and self._drops_unknown:
                self.unknown.append(where)
            elif not (silent and self._left_out(known.get(key), value)):
                inner = after.get(key) if isinstance(after, dict) else None
                kept[key] = self.settle(known.get(key), value, inner, where)
        return kept

    def _own(self, rest: Any, value: Any) -> bool:
        """Whether a key of the author's choice can hold this, as headers hold texts; fields are nobody's choice."""
        shape = None if rest is None else self._walker.shape(rest, value)
        if shape is None or not fits(shape, value):
            return False
        return not isinstance(value, dict) or set(shape.get("needs", ())) <= value.keys()

    def _left_out(self, given: Any, value: Any) -> bool:
        """Whether a value says the same as leaving the field out."""
        shape = self._walker.shape(given, value) if given is not None else None
        if shape is not None and "unless" in shape:
            return value is None or shape["unless"] == value
        return value in _EMPTY


def _said(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            where = f"{path}.{key}" if path else str(key)
            yield where
            yield from _said(each, where)
    elif isinstance(value, list):
        for each in value:
            yield from _said(each, f"{path}[]")
