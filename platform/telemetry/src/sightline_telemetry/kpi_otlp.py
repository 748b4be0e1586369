"""KPIs over OTLP/HTTP: cumulative monotonic sums with a fixed start.

Start time and totals are the outbox's, not the process's: a restart continues the series, and a batch sent twice
says the same thing twice. The resource names the service and the environment but no instance (the total is the
service's) and no version: with it, a deployment would begin a second series at the full total, counted twice.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import urllib3
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    AGGREGATION_TEMPORALITY_CUMULATIVE,
    Metric,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from .kpi import KpiRow, KpiStore, Series
from .settings import Settings
from .signals import INSTRUMENTS


class OtlpKpiTransport:
    """Posts running totals to `<otlp_url>/v1/metrics`; taken means 2xx."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.time, timeout_s: float = 3.0) -> None:
        self._url = f"{settings.otlp_url}/v1/metrics"
        self._service = settings.service
        self._env = settings.env
        self._clock = clock
        self._timeout_s = timeout_s
        self._pool = urllib3.PoolManager(num_pools=1, maxsize=1)

    def send(self, store: KpiStore, rows: Sequence[KpiRow], totals: Mapping[Series, int]) -> bool:
        """Post the totals of the series that `rows` touch."""
        touched = {row.series for row in rows}
        return self._post(store.created_at(), {series: totals[series] for series in touched})

    def refresh(self, store: KpiStore, totals: Mapping[Series, int]) -> bool:
        """Post every total: a receiver that lost its data has the whole truth again."""
        return self._post(store.created_at(), totals)

    def close(self) -> None:
        """Close the connection."""
        self._pool.clear()

    def _post(self, started: float, totals: Mapping[Series, int]) -> bool:
        body = encode(self._service, self._env, totals, int(started * 1e9), int(self._clock() * 1e9))
        try:
            with suppress_instrumentation():
                response = self._pool.request(
                    "POST",
                    self._url,
                    body=body,
                    headers={"content-type": "application/x-protobuf"},
                    timeout=self._timeout_s,
                    retries=False,
                    redirect=False,
                )
        except urllib3.exceptions.HTTPError:
            return False
        return 200 <= response.status < 300


def encode(service: str, env: str, totals: Mapping[Series, int], start_ns: int, now_ns: int) -> bytes:
    """The export request: one sum per metric, one point per series."""
    by_name: dict[str, list[tuple[Series, int]]] = defaultdict(list)
    for series, total in sorted(totals.items()):
        by_name[series.name].append((series, total))
    metrics = [
        Metric(
            name=name,
            unit=INSTRUMENTS[name].unit if name in INSTRUMENTS else "",
            description=INSTRUMENTS[name].description if name in INSTRUMENTS else "",
            sum=Sum(
                aggregation_temporality=AGGREGATION_TEMPORALITY_CUMULATIVE,
                is_monotonic=True,
                data_points=[
                    NumberDataPoint(
                        attributes=_attributes({**dict(series.attributes), "kpi_source": service}),
                        start_time_unix_nano=start_ns,
                        time_unix_nano=now_ns,
                        as_int=total,
                    )
                    for series, total in points
                ],
            ),
        )
        for name, points in by_name.items()
    ]
    resource = {"service.name": service, "deployment.environment": env, "deployment.environment.name": env}
    return ExportMetricsServiceRequest(
        resource_metrics=[
            ResourceMetrics(
                resource=Resource(attributes=_attributes(resource)),
                scope_metrics=[ScopeMetrics(scope=InstrumentationScope(name="sightline.kpi"), metrics=metrics)],
            )
        ]
    ).SerializeToString()


def _attributes(values: Mapping[str, str]) -> list[KeyValue]:
    return [KeyValue(key=key, value=AnyValue(string_value=text)) for key, text in sorted(values.items())]
