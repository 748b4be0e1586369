"""What the console's pages show, read from the store: plain values in the shapes of the API."""

from sightline_local.reads.logs import LogFilter, logs
from sightline_local.reads.one_trace import trace
from sightline_local.reads.overview import overview
from sightline_local.reads.service import service
from sightline_local.reads.service_map import service_map
from sightline_local.reads.traces import TraceFilter, traces

__all__ = ["LogFilter", "TraceFilter", "logs", "overview", "service", "service_map", "trace", "traces"]
