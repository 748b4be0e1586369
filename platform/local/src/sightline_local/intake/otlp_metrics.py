"""OTLP metrics into slices: delta adds, cumulative is turned into what it grew by, gauges keep their last value.

A series' tags are service, env and version of the resource and the point's attributes, the same as over DogStatsD. The
total that a cumulative point is measured from is kept by the whole identity (every resource attribute, so that two
instances of a service do not count against one another) and the start time.
"""

from __future__ import annotations

import hashlib
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from opentelemetry.proto.metrics.v1 import metrics_pb2

from sightline_local.intake.bodies import RefusedError
from sightline_local.intake.ids import LATEST_NS
from sightline_local.intake.otlp_common import attributes, identity
from sightline_local.store.metrics import histogram_bins, slice_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

    from sightline_local.store import Store
    from sightline_local.store.bins import Bin
    from sightline_local.store.series import Kind

_CUMULATIVE = metrics_pb2.AGGREGATION_TEMPORALITY_CUMULATIVE
_NO_VALUE = metrics_pb2.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK
_MAX_BUCKETS = 2000


class MetricIntake:
    """Takes one request's points; `stored` and the reasons of what was refused are counted."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.stored = 0
        self.refused: dict[str, int] = {}

    def take(self, request: ExportMetricsServiceRequest) -> None:
        """Add every point."""
        for group in request.resource_metrics:
            try:
                resource = attributes(group.resource.attributes)
            except RefusedError as error:
                for scope in group.scope_metrics:
                    self._refuse(error.reason, sum(1 for metric in scope.metrics for _ in _points(metric)))
                continue
            service, env, version = identity(resource)
            pairs = {"service": service, "env": env, "version": version}
            own = [f"{key}:{value}" for key, value in pairs.items() if value]
            for scope in group.scope_metrics:
                origin = repr((sorted(resource.items(), key=str), scope.scope.name, scope.scope.version))
                for metric in scope.metrics:
                    for point in _points(metric):
                        try:
                            self._point(metric, point, own, origin)
                        except RefusedError as error:
                            self._refuse(error.reason)

    def _point(self, metric: metrics_pb2.Metric, point: Any, own: list[str], origin: str) -> None:
        if point.flags & _NO_VALUE:
            self.stored += 1  # says that there is nothing to say
            return
        if not 0 < point.time_unix_nano < LATEST_NS:
            self._refuse("a point's time is none")
            return
        details = attributes(point.attributes)
        tags = tuple(sorted({*own, *(f"{key}:{_word(value)}" for key, value in details.items())}))
        second = slice_of(point.time_unix_nano // 1_000_000_000)
        match metric.WhichOneof("data"):
            case "sum":
                self._sum(metric, point, tags, second, origin)
            case "gauge":
                self._gauge(metric.name, point, tags, second)
            case "histogram":
                self._histogram(metric, point, tags, second, origin)
            case "exponential_histogram":
                self._exponential(metric, point, tags, second)
            case _:
                self._refuse("summaries are not kept: their quantiles cannot be added up")

    def _sum(
        self,
        metric: metrics_pb2.Metric,
        point: metrics_pb2.NumberDataPoint,
        tags: tuple[str, ...],
        second: int,
        origin: str,
    ) -> None:
        data = metric.sum
        value = _number(point)
        if not math.isfinite(value):
            self._refuse("a value is not finite")
        elif data.aggregation_temporality != _CUMULATIVE:
            series = self._series(metric.name, "count", tags)
            if series is not None:
                self._store.metrics.add(series, second, value)
        elif not data.is_monotonic:
            self._gauge(metric.name, point, tags, second)  # goes up and down: its value matters, not its changes
        else:
            series = self._series(metric.name, "count", tags)
            if series is not None:
                key = (_key(origin, metric.name, "sum", tags), point.start_time_unix_nano)
                self._store.metrics.total(key, point.time_unix_nano, value, (series, second))

    def _gauge(self, name: str, point: metrics_pb2.NumberDataPoint, tags: tuple[str, ...], second: int) -> None:
        value = _number(point)
        if not math.isfinite(value):
            self._refuse("a value is not finite")
            return
        series = self._series(name, "gauge", tags)
        if series is not None:
            self._store.metrics.gauge(series, second, value)

    def _histogram(
        self,
        metric: metrics_pb2.Metric,
        point: metrics_pb2.HistogramDataPoint,
        tags: tuple[str, ...],
        second: int,
        origin: str,
    ) -> None:
        bounds, counts = list(point.explicit_bounds), [float(each) for each in point.bucket_counts]
        if (
            len(counts) != len(bounds) + 1
            or len(counts) > _MAX_BUCKETS
            or not math.isfinite(point.sum)
            or not all(map(math.isfinite, bounds))
            or any(low >= high for low, high in pairwise(bounds))
        ):
            self._refuse("a histogram's bounds or counts do not fit together")
            return
        series = self._series(metric.name, "distribution", tags)
        if series is None:
            return
        if metric.histogram.aggregation_temporality == _CUMULATIVE:
            key = (_key(origin, metric.name, repr(bounds), tags), point.start_time_unix_nano)
            self._store.metrics.histogram(key, point.time_unix_nano, bounds, counts, point.sum, to=(series, second))
            return
        bins, summary = histogram_bins(bounds, counts, point.sum)
        if bins:
            self._store.metrics.merge(series, second, bins, summary)

    def _exponential(
        self,
        metric: metrics_pb2.Metric,
        point: metrics_pb2.ExponentialHistogramDataPoint,
        tags: tuple[str, ...],
        second: int,
    ) -> None:
        if metric.exponential_histogram.aggregation_temporality == _CUMULATIVE:
            self._refuse("cumulative exponential histograms are not kept; send them with delta temporality")
            return
        bins = _exponential_bins(point)
        if bins is None or not math.isfinite(point.sum):
            self._refuse("an exponential histogram's scale or counts do not fit together")
            return
        series = self._series(metric.name, "distribution", tags)
        if series is not None and bins:
            low, high = min(bins)[0], max(bins, key=lambda each: each[1])[1]
            summary = (math.fsum(bins.values()), point.sum, low, high)
            self._store.metrics.merge(series, second, bins, summary)

    def _series(self, name: str, kind: Kind, tags: tuple[str, ...]) -> int | None:
        series = self._store.index.intern(name, kind, tags) if name else None
        if series is None:
            self._refuse("too many series, or a metric without a name")
        else:
            self.stored += 1
        return series

    def _refuse(self, reason: str, points: int = 1) -> None:
        self.refused[reason] = self.refused.get(reason, 0) + points


def points_of(request: ExportMetricsServiceRequest) -> int:
    """Return how many points a request has."""
    return sum(
        1
        for group in request.resource_metrics
        for scope in group.scope_metrics
        for metric in scope.metrics
        for _ in _points(metric)
    )


def _points(metric: metrics_pb2.Metric) -> Iterator[Any]:
    kind = metric.WhichOneof("data")
    if kind is not None:
        yield from getattr(metric, kind).data_points


def _number(point: metrics_pb2.NumberDataPoint) -> float:
    return float(point.as_int) if point.WhichOneof("value") == "as_int" else point.as_double


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _key(origin: str, name: str, kind: str, tags: tuple[str, ...]) -> str:
    return hashlib.blake2b(repr((origin, name, kind, tags)).encode(), digest_size=16).hexdigest()


def _exponential_bins(point: metrics_pb2.ExponentialHistogramDataPoint) -> dict[Bin, float] | None:
    if not -10 <= point.scale <= 20:
        return None
    bins: dict[Bin, float] = {}
    if point.zero_count:
        bins[(0.0, 0.0)] = float(point.zero_count)
    growth = 2.0**-point.scale
    for buckets, sign in ((point.positive, 1.0), (point.negative, -1.0)):
        for index, count in enumerate(buckets.bucket_counts, buckets.offset):
            if not count:
                continue
            try:
                low, high = 2.0 ** (index * growth), 2.0 ** ((index + 1) * growth)
            except OverflowError:
                return None
            bins[(low, high) if sign > 0 else (-high, -low)] = float(count)
    return bins
