"""Just enough MessagePack to read what a tracer sends: an oracle that shares no code with any client."""

import struct
from typing import Any

_FIXED: dict[int, str] = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
_SIZED: dict[int, tuple[str, str]] = {
    0xC4: ("bin", ">B"),
    0xC5: ("bin", ">H"),
    0xC6: ("bin", ">I"),
    0xD9: ("str", ">B"),
    0xDA: ("str", ">H"),
    0xDB: ("str", ">I"),
    0xDC: ("array", ">H"),
    0xDD: ("array", ">I"),
    0xDE: ("map", ">H"),
    0xDF: ("map", ">I"),
}


def unpack(data: bytes) -> Any:
    """The one value in `data`."""
    value, end = _read(data, 0)
    assert end == len(data), f"{len(data) - end} bytes left over"
    return value


def _read(data: bytes, at: int) -> tuple[Any, int]:  # noqa: PLR0911 - one return a family of type bytes
    first = data[at]
    at += 1
    if first < 0x80:
        return first, at
    if first >= 0xE0:
        return first - 0x100, at
    if first < 0x90:
        return _many(data, at, "map", first & 0x0F)
    if first < 0xA0:
        return _many(data, at, "array", first & 0x0F)
    if first < 0xC0:
        return _many(data, at, "str", first & 0x1F)
    if first in {0xC0, 0xC2, 0xC3}:
        return {0xC0: None, 0xC2: False, 0xC3: True}[first], at
    if first in _FIXED:
        size = struct.calcsize(_FIXED[first])
        return struct.unpack(_FIXED[first], data[at : at + size])[0], at + size
    kind, form = _SIZED[first]
    size = struct.calcsize(form)
    return _many(data, at + size, kind, struct.unpack(form, data[at : at + size])[0])


def _many(data: bytes, at: int, kind: str, count: int) -> tuple[Any, int]:
    if kind in {"str", "bin"}:
        raw = data[at : at + count]
        return (raw.decode() if kind == "str" else raw), at + count
    items = []
    for _ in range(count * (2 if kind == "map" else 1)):
        item, at = _read(data, at)
        items.append(item)
    if kind == "array":
        return items, at
    return dict(zip(items[::2], items[1::2], strict=True)), at
