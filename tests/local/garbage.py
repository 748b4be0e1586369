"""What no route takes, and what may stand in the place of anything."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

from .examples import _TRACER as TRACER

if TYPE_CHECKING:
    from collections.abc import Iterator

WRONG: tuple[Any, ...] = (
    None, True, -1, 0, 2**64 - 1, -(2**63), 1.5, 1e308, "", "²", "x" * 5000, "\0", [], [None], [[]], {}, {"": {}},
    {"a": {"b": [1, 2]}},
)  # fmt: skip
"""What may stand where something else was meant; JSON and msgpack can both say it."""


def broken(data: Any) -> Iterator[Any]:
    """Yield the data with each part, however deep, replaced by each wrong thing, and with each part left out."""
    yield from WRONG
    if isinstance(data, dict):
        for key, value in data.items():
            yield {other: each for other, each in data.items() if other != key}
            yield from ({**data, key: each} for each in broken(value))
    elif isinstance(data, list):
        yield [*data, *data]
        for position, value in enumerate(data):
            yield from ([*data[:position], each, *data[position + 1 :]] for each in broken(value))


def nested(depth: int, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    """Return JSON nested so deep."""
    return opening * depth + closing * depth


HOPELESS: dict[str, tuple[bytes, dict[str, str]]] = {
    "noise": (bytes(range(256)), {}),
    "cut json": (b'{"series": [{"metric', {}),
    "invalid utf-8": (b'{"name": "\xff\xfe"}', {}),
    "deep lists": (nested(100_000), {}),
    "deep objects": (nested(50_000, b'{"a":', b"}"), {}),
    "deep msgpack": (b"\x91" * 100_000, {"content-type": TRACER}),
    "a huge announced array": (b"\xdd\xff\xff\xff\xff", {"content-type": TRACER}),
    "a huge announced text": (b"\xdb\xff\xff\xff\xff", {"content-type": TRACER}),
    "NaN": (b'{"series": NaN, "thresholds": [{"target": Infinity}]}', {}),
    "a huge number": (b'{"priority": 1' + b"0" * 5000 + b"}", {}),
    "no gzip": (b"{}", {"content-encoding": "gzip"}),
    "cut gzip": (gzip.compress(b"[]" * 100)[:-9], {"content-encoding": "gzip"}),
    "gzip with garbage behind": (gzip.compress(b"[]") + b"garbage", {"content-encoding": "gzip"}),
    "gzip bomb": (gzip.compress(bytes(40 * 1024 * 1024), 9), {"content-encoding": "gzip"}),
    "zipped twice": (gzip.compress(gzip.compress(b"{}")), {"content-encoding": "gzip, gzip"}),
    "unknown encoding": (b"{}", {"content-encoding": "br"}),
    "a page": (b"<html></html>", {"content-type": "text/html"}),
}
"""No route that takes a body takes one of these: content and headers."""
LARGE = frozenset({"gzip bomb"})
