"""Mode `otel`: the SDK's meter, exported over OTLP/HTTP as cumulative sums and explicit-bounds histograms."""

from collections.abc import Callable, Mapping

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

from sightline_telemetry.providers.otel import resource
from sightline_telemetry.settings import Settings
from sightline_telemetry.signals import INSTRUMENTS, Instrument

Emit = Callable[[float, Mapping[str, str]], None]


class OtelMeter:
    """Instruments of the OpenTelemetry SDK, one per declared signal that is no KPI (those go by the outbox)."""

    def __init__(self, settings: Settings, instance: str) -> None:
        exporter = OTLPMetricExporter(endpoint=f"{settings.otlp_url}/v1/metrics", timeout=5)
        reader = PeriodicExportingMetricReader(
            exporter, export_interval_millis=settings.metrics_interval_s * 1000, export_timeout_millis=5000
        )
        self._provider = MeterProvider([reader], resource=resource(settings, instance), shutdown_on_exit=False)
        meter = self._provider.get_meter("sightline_telemetry")
        self._emit: dict[str, Emit] = {}
        for signal in INSTRUMENTS.values():
            if signal.kind == "distribution":
                self._emit[signal.name] = meter.create_histogram(
                    signal.name, signal.unit, signal.description, explicit_bucket_boundaries_advisory=signal.bounds
                ).record
            elif signal.kind == "gauge":
                self._emit[signal.name] = meter.create_gauge(signal.name, signal.unit, signal.description).set
            elif not signal.kpi:
                self._emit[signal.name] = meter.create_counter(signal.name, signal.unit, signal.description).add

    def emit(self, instrument: Instrument, value: float, attributes: Mapping[str, str]) -> None:
        """Record one value."""
        self._emit[instrument.name](value, attributes)

    def flush(self, timeout_s: float) -> None:
        """Export now."""
        self._provider.force_flush(timeout_s * 1000)

    def shutdown(self, timeout_s: float) -> None:
        """Export now and stop."""
        self._provider.shutdown(timeout_s * 1000)
