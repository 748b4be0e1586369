"""Client statistics (`/v0.6/stats`): hits, errors and durations that a tracer added up itself, with its sketches."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from sightline_local.intake.bodies import RefusedError
from sightline_local.intake.ids import LATEST_NS
from sightline_local.intake.sketch import decode_sketch
from sightline_local.store.metrics import slice_of
from sightline_local.store.operations import operation_tags

if TYPE_CHECKING:
    from sightline_local.store import Store
    from sightline_local.store.bins import Bin


class _Group(msgspec.Struct, rename="pascal"):
    service: str = ""
    name: str = ""
    resource: str = ""
    http_status_code: int = msgspec.field(name="HTTPStatusCode", default=0)
    hits: int = 0
    errors: int = 0
    duration: int = 0
    ok_summary: bytes = b""
    error_summary: bytes = b""
    top_level_hits: int = 0


class _Bucket(msgspec.Struct, rename="pascal"):
    start: int
    duration: int = 0
    stats: list[_Group] | None = None


class _Payload(msgspec.Struct, rename="pascal"):
    stats: list[_Bucket] | None = None
    env: str = ""
    version: str = ""


_decoder = msgspec.msgpack.Decoder(_Payload)


@dataclass(frozen=True, slots=True)
class StatsGroup:
    """One operation's numbers within one bucket of time; times in nanoseconds."""

    name: str
    tags: tuple[str, ...]
    second: int
    hits: int
    errors: int
    duration: int
    bins: dict[Bin, float]

    def add_to(self, store: Store) -> None:
        """Add them to the operation's series."""
        for suffix, value in (("hits", self.hits), ("errors", self.errors), ("duration", self.duration / 1e9)):
            series = store.index.intern(f"trace.{self.name}.{suffix}", "count", self.tags)
            if series is not None and value:
                store.metrics.add(series, self.second, value)
        series = store.index.intern(f"trace.{self.name}", "distribution", self.tags)
        if series is not None and self.bins:
            low, high = min(self.bins), max(self.bins, key=lambda each: each[1])
            count = math.fsum(self.bins.values())
            store.metrics.merge(series, self.second, self.bins, (count, self.duration / 1e9, low[0], high[1]))


def decode_stats(body: bytes) -> list[StatsGroup]:
    """Decode a payload of statistics.

    Raises:
        RefusedError: it is none; the reason says where it fails.
    """
    try:
        payload = _decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise RefusedError(400, f"the body is no v0.6 statistics payload: {error}") from error
    found = []
    for bucket in payload.stats or ():
        if not 0 < bucket.start < LATEST_NS:
            raise RefusedError(400, "a bucket's start is no time in nanoseconds")
        for group in bucket.stats or ():
            if group.hits < 0 or group.errors < 0 or not 0 <= group.duration < LATEST_NS:
                raise RefusedError(400, "a group's hits, errors or duration is negative or too large")
            bins: dict[Bin, float] = {}
            for summary in (group.ok_summary, group.error_summary):
                for each, count in decode_sketch(summary).items():
                    bins[each] = bins.get(each, 0.0) + count
            found.append(
                StatsGroup(
                    group.name,
                    operation_tags(
                        group.service,
                        group.resource,
                        group.http_status_code,
                        env=payload.env or None,
                        version=payload.version or None,
                    ),
                    slice_of(bucket.start // 1_000_000_000),
                    group.hits,
                    group.errors,
                    group.duration,
                    bins,
                )
            )
    return found
