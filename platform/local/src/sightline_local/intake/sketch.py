"""DDSketch as its protobuf message: logarithmic bins of values, read without the (pure Python, slow) library.

message DDSketch { IndexMapping mapping = 1; Store positiveValues = 2; Store negativeValues = 3; double zeroCount = 4; }
message IndexMapping { double gamma = 1; double indexOffset = 2; Interpolation interpolation = 3; }
message Store { map<sint32, double> binCounts = 1; repeated double contiguousBinCounts = 2 [packed];
                sint32 contiguousBinIndexOffset = 3; }
https://github.com/DataDog/sketches-go/blob/master/ddsketch/pb/ddsketch.proto
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from sightline_local.intake.bodies import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_local.store.bins import Bin

_NS = 1e9


def decode_sketch(data: bytes) -> dict[Bin, float]:
    """Return the sketch's bins (nanoseconds there) in seconds.

    Raises:
        RefusedError: it is no sketch, or one with an interpolation that tracers do not use.
    """
    bins: dict[Bin, float] = {}
    try:
        fields = dict(_fields(data))
        mapping = dict(_fields(_bytes(fields.get(1, b""))))
        gamma, offset = _double(mapping.get(1, 0.0)), _double(mapping.get(2, 0.0))
        zero = _double(fields.get(4, 0.0))
        positive = _store(_bytes(fields.get(2, b"")))
        if zero > 0:
            bins[(0.0, 0.0)] = zero
        if positive and (gamma <= 1 or mapping.get(3, 0)):
            raise RefusedError(400, "a sketch is not mapped by a plain logarithm")
        for index, count in positive.items():
            if count > 0:
                low, high = gamma ** (index - offset) / _NS, gamma ** (index + 1 - offset) / _NS
                bins[(low, high)] = bins.get((low, high), 0.0) + count
    except (struct.error, IndexError, OverflowError, TypeError, ZeroDivisionError) as error:
        raise RefusedError(400, f"a summary is no sketch: {error}") from error
    if not all(math.isfinite(edge) for each in bins for edge in each) or not all(map(math.isfinite, bins.values())):
        raise RefusedError(400, "a sketch's bins are not finite")
    return bins


def _store(data: bytes) -> dict[int, float]:
    counts: dict[int, float] = {}
    contiguous: list[float] = []
    start = 0
    for number, value in _fields(data):
        if number == 1:
            entry = dict(_fields(_bytes(value)))
            index = _zigzag(entry.get(1, 0))
            counts[index] = counts.get(index, 0.0) + _double(entry.get(2, 0.0))
        elif number == 2:
            packed = value if isinstance(value, bytes) else struct.pack("<d", _double(value))
            contiguous += struct.unpack(f"<{len(packed) // 8}d", packed)
        elif number == 3:
            start = _zigzag(value)
    for index, count in enumerate(contiguous, start):
        counts[index] = counts.get(index, 0.0) + count
    return counts


def _fields(data: bytes) -> Iterator[tuple[int, int | float | bytes]]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        match tag & 7:
            case 0:
                number, at = _varint(data, at)
                yield tag >> 3, number
            case 1:
                yield tag >> 3, struct.unpack_from("<d", data, at)[0]
                at += 8
            case 2:
                length, at = _varint(data, at)
                if at + length > len(data):
                    raise IndexError("cut short")
                yield tag >> 3, data[at : at + length]
                at += length
            case 5:
                at += 4
            case other:
                raise TypeError(f"wire type {other}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    result = shift = 0
    while True:
        byte = data[at]
        at += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, at
        shift += 7
        if shift > 63:
            raise OverflowError("a number of more than 64 bits")


def _zigzag(value: float | bytes) -> int:
    if not isinstance(value, int):
        raise TypeError("an index is no number")
    return (value >> 1) ^ -(value & 1)


def _double(value: float | bytes) -> float:
    if isinstance(value, bytes):
        raise TypeError("a count is no number")
    return float(value)


def _bytes(value: float | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("a message is no message")
    return value
