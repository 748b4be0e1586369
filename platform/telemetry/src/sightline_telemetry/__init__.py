"""One telemetry bootstrap for ddtrace and OpenTelemetry: logs, traces, KPIs, propagation, scrubbing."""
