"""The real backend as a process of its own on free ports, and the protocols by which the world is told to it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .spans import Span

ROOT = Path(__file__).parents[2]
_SIGHTLINE = [sys.executable, "-c", "import sys; from sightline_core.cli import main; sys.exit(main())"]
_MSGPACK, _PROTOBUF = {"content-type": "application/msgpack"}, {"content-type": "application/x-protobuf"}
_KINDS = {"internal": 1, "server": 2, "client": 3, "producer": 4, "consumer": 5}


@dataclass(frozen=True, slots=True)
class Backend:
    """A running backend's addresses."""

    api: str
    agent: str
    otlp: str
    dogstatsd: str

    @property
    def console(self) -> str:
        """Where the console is."""
        return self.api + "/"

    def ask(self, path: str, body: Any = None, method: str = "") -> Any:
        """Send JSON to the API port, or get it."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        return json.loads(_send(self.api + path, data, headers, method or None) or b"null")

    def logs(self, records: Sequence[dict[str, Any]]) -> None:
        """Send log records as the vendor's intake takes them."""
        self.ask("/api/v2/logs", list(records))

    def counts(self, metric: str, tags: Sequence[str], points: Sequence[tuple[int, float]]) -> None:
        """Send a count; every point replaces what its second had."""
        rows = [{"timestamp": second, "value": value} for second, value in points]
        series = {"metric": metric, "type": 1, "interval": 10, "tags": list(tags), "points": rows}
        self.ask("/api/v2/series", {"series": [series]})

    def distribution(self, metric: str, tags: Sequence[str], points: Sequence[tuple[int, list[float]]]) -> None:
        """Send values of a distribution."""
        self.ask("/api/v1/distribution_points", {"series": [{"metric": metric, "tags": list(tags), "points": points}]})

    def statsd(self, *lines: str) -> None:
        """Send DogStatsD lines in one datagram."""
        host, port = self.dogstatsd.rsplit(":", 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.sendto("\n".join(lines).encode(), (host, int(port)))

    def spans(self, spans: Sequence[Span]) -> None:
        """Send every span by the protocol of its service."""
        self._otlp([span for span in spans if not span.vendor])
        vendor: dict[int, list[dict[str, Any]]] = {}
        for span in spans:
            if span.vendor:
                vendor.setdefault(span.trace, []).append(_vendor_span(span))
        if vendor:
            _send(self.agent + "/v0.4/traces", msgspec.msgpack.encode(list(vendor.values())), _MSGPACK)

    def _otlp(self, spans: Sequence[Span]) -> None:
        request = ExportTraceServiceRequest()
        groups: dict[str, Any] = {}
        for span in spans:
            if span.service not in groups:
                group = request.resource_spans.add()
                named = {"service.name": span.service, "service.version": "1.4.2", "deployment.environment": "demo"}
                _fill(group.resource.attributes, named)
                groups[span.service] = group.scope_spans.add()
            made = groups[span.service].spans.add()
            made.trace_id = span.trace.to_bytes(16, "big")
            made.span_id = span.id.to_bytes(8, "big")
            made.parent_span_id = span.parent.to_bytes(8, "big") if span.parent else b""
            made.name, made.kind = span.resource, _KINDS[span.kind]
            made.start_time_unix_nano, made.end_time_unix_nano = span.start, span.start + span.duration
            made.status.code = 2 if span.error else 0
            _fill(made.attributes, span.tags)
        if spans:
            _send(self.otlp + "/v1/traces", request.SerializeToString(), _PROTOBUF)


def _send(url: str, body: bytes | None, headers: dict[str, str], method: str | None = None) -> bytes:
    request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - our own backend
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - our own backend
        return bytes(response.read())


def _fill(attributes: Any, values: dict[str, Any]) -> None:
    for key, value in values.items():
        pair = attributes.add()
        pair.key = key
        if isinstance(value, int):
            pair.value.int_value = value
        else:
            pair.value.string_value = str(value)


def _vendor_span(span: Span) -> dict[str, Any]:
    spelled = {"http.response.status_code": "http.status_code", "http.request.method": "http.method"}
    meta = {spelled.get(key, key): str(value) for key, value in span.tags.items()}
    meta |= {"_dd.p.tid": f"{span.trace >> 64:016x}", "span.kind": span.kind, "env": "demo", "version": "1.4.2"}
    return {
        "trace_id": span.trace & (2**64 - 1),
        "span_id": span.id,
        "parent_id": span.parent,
        "service": span.service,
        "name": span.name,
        "resource": span.resource,
        "type": "web" if span.kind == "server" else "sql" if "db.system" in span.tags else "http",
        "start": span.start,
        "duration": span.duration,
        "error": int(span.error),
        "meta": meta,
        "metrics": {"_dd.top_level": 1.0} if span.kind in {"server", "consumer"} else {},
    }


@contextlib.contextmanager
def running(directory: Path, *arguments: str) -> Iterator[Backend]:
    """Run `sightline local serve` until the end of the block."""
    ports = ["--api-port", "0", "--agent-port", "0", "--otlp-port", "0", "--dogstatsd-port", "0"]
    command = [*_SIGHTLINE, "local", "serve", "--data", str(directory), "--evaluate-every", "1s", *ports, *arguments]
    with (directory.parent / "backend.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, cwd=ROOT)
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said, (directory.parent / "backend.log").read_text(errors="replace")
        found = json.loads(said)
        yield Backend(found["api"], found["agent"], found["otlp"], found["dogstatsd"])
    finally:
        process.terminate()
        process.communicate(timeout=20)


def sightline(backend: Backend, *arguments: str) -> None:
    """Run a command of ours against the backend."""
    environment = {**os.environ, "DD_HOST": backend.api, "DD_API_KEY": "local", "DD_APP_KEY": "local"}
    done = subprocess.run([*_SIGHTLINE, *arguments], cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")


def until(true: Callable[[], object], timeout_s: float = 20.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)
