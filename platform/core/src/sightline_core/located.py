"""YAML whose every key and value knows where it stands.

What a reader gives; the one over libyaml is `composing`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_core.diagnostics import Diagnostic, Span

Path = tuple[str | int, ...]
_T = TypeVar("_T")

SYNTAX = "CORE001"
DUPLICATE_KEY = "CORE002"
BAD_KEY = "CORE003"
BAD_VALUE = "CORE004"

MAX_DEPTH = 100
MAX_NODES = 1_000_000


@dataclass(frozen=True, slots=True)
class Located:
    """One YAML document: plain Python values, and the place of each.

    `value` holds dict, list, str, int, float, bool and None only; a time stamp stays the text it was
    written as. Paths are tuples of keys and indexes from the root, `()` being the root itself.
    """

    value: Any
    span: Span
    _values: Mapping[Path, Span] = field(repr=False)
    _keys: Mapping[Path, Span] = field(repr=False)
    _scalars: Mapping[Path, str | None] = field(repr=False)

    def span_of(self, path: Path) -> Span:
        """Return the place of the value at `path`, or of the nearest value that encloses it."""
        while path and path not in self._values:
            path = path[:-1]
        return self._values.get(path, self.span)

    def key_span(self, path: Path) -> Span:
        """Return the place of the key that `path` ends in; that of the value where it is no key."""
        return self._keys.get(path) or self.span_of(path)

    def is_plain(self, path: Path) -> bool:
        """Whether offsets in the text at `path` are columns of its span: a one-line scalar without escapes."""
        return self._scalars.get(path) is not None

    def inside(self, path: Path, start: int, end: int) -> Span:
        """Return the place of characters `start` to `end` of the text at `path`.

        For a scalar whose columns cannot be known (folded, escaped, over several lines) that is the whole.
        """
        return self.placing(path)(start, end)

    def placing(self, path: Path) -> Callable[[int, int], Span]:
        """Return `inside` for one path, for those who outlive the document: it holds one place and not all of them."""
        whole = self.span_of(path)
        style = self._scalars.get(path)
        if style is None:
            return lambda _start, _end: whole
        quote = 1 if style in {"'", '"'} else 0
        return lambda start, end: whole.narrowed(quote + start, quote + max(end, start + 1))

    def later(self, make: Callable[[Located], _T]) -> Callable[[], _T]:
        """Return what gives `make(self)` and outlives the document without holding it: here it is made at once."""
        made = make(self)
        return lambda: made


def load_all(text: str, file: str) -> tuple[list[Located], list[Diagnostic]]:
    """Read every document of a YAML (or JSON) text.

    Args:
        text: the content.
        file: the name used in spans; nothing is read from it.

    Returns:
        The documents that could be read, empty ones left out, and every finding: a syntax error ends the
        reading, a repeated key does not (its first value counts).
    """
    # The parser takes a fifth of a small command's time to import, and some readers do without it.
    from sightline_core import composing

    return composing.load_all(text, file)
