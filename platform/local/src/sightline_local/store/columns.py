"""Rows on their way to the store, as lists of columns: decoders append to them, one Arrow batch comes out.

No object per span: at a hundred thousand a second the objects would cost more than everything else.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any

from arro3.core import Array, DataType, RecordBatch

from sightline_local.store.schema import LOG_COLUMNS, SPAN_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXT = DataType.utf8()
_U64 = DataType.uint64()
_I64 = DataType.int64()
_U32 = DataType.uint32()
_U16 = DataType.uint16()
_BOOL = DataType.bool()
_F64 = DataType.float64()

_TYPES = {
    "trace_lo": _U64,
    "trace_hi": _U64,
    "span_id": _U64,
    "parent_id": _U64,
    "start_ns": _I64,
    "duration_ns": _I64,
    "at_ns": _I64,
    "error": _BOOL,
    "entry": _BOOL,
    "status_code": _U16,
    "series": _U32,
    "ts": _U32,
    "value": _F64,
    "n": _F64,
    "total": _F64,
    "low": _F64,
    "high": _F64,
    "pinned": _BOOL,
    "seq": _U64,
    "id": _U32,
    "hits": _U32,
    "errors": _U32,
    "duration": _U32,
    "latency": _U32,
}

# What trace metrics are made of; only the spans that count towards them.
MEASURED = (
    "service",
    "name",
    "resource",
    "status_code",
    "env",
    "version",
    "traffic",
    "start_ns",
    "duration_ns",
    "error",
)


def batch(names: Sequence[str], columns: Sequence[list[Any]]) -> RecordBatch:
    """Return the columns as one Arrow batch; each name has one type wherever it occurs."""
    arrays = [Array(column, _TYPES.get(name, _TEXT)) for name, column in zip(names, columns, strict=True)]
    return RecordBatch.from_arrays(arrays, names=list(names))


class SpanColumns:
    """Spans, column by column. Every list must have the same length when `batch` is called.

    `measured` says which count towards their operation's trace metrics; it is no column of the table.
    """

    __slots__ = (*SPAN_COLUMNS, "measured")

    trace_lo: list[int]
    trace_hi: list[int]
    span_id: list[int]
    parent_id: list[int]
    service: list[str]
    name: list[str]
    resource: list[str]
    type: list[str]
    kind: list[str]
    start_ns: list[int]
    duration_ns: list[int]
    error: list[bool]
    entry: list[bool]
    status_code: list[int | None]
    route: list[str | None]
    traffic: list[str | None]
    fault: list[str | None]
    env: list[str | None]
    version: list[str | None]
    source: list[str]
    tags: list[str]
    measured: list[bool]

    def __init__(self) -> None:
        for name in self.__slots__:
            setattr(self, name, [])

    def __len__(self) -> int:
        return len(self.tags)

    def batch(self) -> RecordBatch:
        """Return the spans as one Arrow batch."""
        return batch(SPAN_COLUMNS, [getattr(self, name) for name in SPAN_COLUMNS])

    def measured_batch(self) -> RecordBatch:
        """Return what the measured spans add to their operations, as a batch of its own: they are few."""
        return batch(MEASURED, [list(compress(getattr(self, name), self.measured)) for name in MEASURED])


class LogColumns:
    """Log records, column by column."""

    __slots__ = LOG_COLUMNS

    at_ns: list[int]
    service: list[str]
    level: list[str]
    message: list[str]
    trace_lo: list[int | None]
    trace_hi: list[int | None]
    span_id: list[int | None]
    env: list[str | None]
    attributes: list[str]

    def __init__(self) -> None:
        for name in LOG_COLUMNS:
            setattr(self, name, [])

    def __len__(self) -> int:
        return len(self.attributes)

    def batch(self) -> RecordBatch:
        """Return the records as one Arrow batch."""
        return batch(LOG_COLUMNS, [getattr(self, name) for name in LOG_COLUMNS])
