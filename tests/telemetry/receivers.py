"""Small receivers of the real wire formats, for what a process under test sends."""

import gzip
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from .msgpack_reader import unpack


@dataclass(frozen=True)
class Span:
    """One received span, whichever tracer sent it."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    resource: str
    service: str
    kind: str
    error: bool
    attributes: dict[str, Any]
    links: tuple[tuple[str, str], ...] = ()
    events: tuple[str, ...] = ()


@dataclass
class Receiver:
    """What arrived: raw bodies by path, every byte, and the headers that peers were called with."""

    url: str
    bodies: list[tuple[str, bytes]] = field(default_factory=list)
    called: list[dict[str, str]] = field(default_factory=list)
    datagrams: list[bytes] = field(default_factory=list)
    dogstatsd: str = ""
    status: int = 200

    def of(self, path: str) -> list[bytes]:
        """The bodies that were sent to a path."""
        return [body for sent, body in self.bodies if sent == path]

    def every_byte(self) -> bytes:
        """Everything, for the search of what must not be there."""
        return b"\n".join([body for _, body in self.bodies] + self.datagrams)

    def spans(self) -> list[Span]:
        """All spans of all protocols."""
        found: list[Span] = []
        for body in self.of("/v1/traces"):
            found += _otlp(body)
        for body in self.of("/v0.5/traces"):
            found += _datadog(_v05(unpack(body)))
        for body in self.of("/v0.4/traces"):
            found += _datadog(unpack(body))
        return found

    def otlp_metrics(self) -> list[ExportMetricsServiceRequest]:
        """The OTLP metric requests, decoded."""
        return [ExportMetricsServiceRequest.FromString(body) for body in self.of("/v1/metrics")]

    def dogstatsd_lines(self) -> list[str]:
        """The DogStatsD lines."""
        return [line for datagram in self.datagrams for line in datagram.decode().splitlines()]


@contextmanager
def receiver() -> Iterator[Receiver]:  # noqa: C901 - one handler with a branch a protocol
    """An agent, an OTLP endpoint, a DogStatsD port and a peer service in one."""
    state = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self._body()
            state.bodies.append((self.path, body))
            self._answer(b"{}" if "/v0." in self.path else b"")

        do_PUT = do_POST  # noqa: N815 - the standard library's spelling

        def do_GET(self) -> None:
            if self.path.startswith("/peer"):
                state.called.append({key.lower(): value for key, value in self.headers.items()})
                self._answer(b'{"peer": true}')
            elif self.path == "/info":
                self._answer(
                    json.dumps(
                        {"endpoints": ["/v0.4/traces", "/v0.5/traces", "/v0.6/stats"], "client_drop_p0s": True}
                    ).encode()
                )
            else:
                self._answer(b"{}")

        def _body(self) -> bytes:
            if self.headers.get("transfer-encoding") == "chunked":
                parts = []
                while size := int(self.rfile.readline(), 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                body = b"".join(parts)
            else:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
            return gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body

        def _answer(self, body: bytes) -> None:
            self.send_response(state.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    udp.bind(("127.0.0.1", 0))
    state.dogstatsd = f"udp://127.0.0.1:{udp.getsockname()[1]}"

    def listen() -> None:
        while data := udp.recv(65535):
            state.datagrams.append(data)

    threads = [threading.Thread(target=server.serve_forever, args=(0.02,)), threading.Thread(target=listen)]
    for thread in threads:
        thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"", udp.getsockname())
        for thread in threads:
            thread.join()
        udp.close()


def _otlp(body: bytes) -> Iterator[Span]:
    kinds = {1: "internal", 2: "server", 3: "client", 4: "producer", 5: "consumer"}
    for group in ExportTraceServiceRequest.FromString(body).resource_spans:
        resource = {item.key: _any(item.value) for item in group.resource.attributes}
        for scope in group.scope_spans:
            for span in scope.spans:
                yield Span(
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    span.name,
                    span.name,
                    str(resource["service.name"]),
                    kinds[span.kind],
                    span.status.code == 2,
                    {**{item.key: _any(item.value) for item in span.attributes}, "resource": resource},
                    tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
                    tuple(event.name for event in span.events),
                )


def _any(value: Any) -> Any:
    return getattr(value, value.WhichOneof("value"))


def _v05(payload: Any) -> list[list[dict[str, Any]]]:
    strings, traces = payload
    names = (
        "service", "name", "resource", "trace_id", "span_id", "parent_id",
        "start", "duration", "error", "meta", "metrics", "type",
    )  # fmt: skip

    def span(fields: list[Any]) -> dict[str, Any]:
        made = dict(zip(names, fields, strict=True))
        for key in ("service", "name", "resource", "type"):
            made[key] = strings[made[key]]
        made["meta"] = {strings[key]: strings[value] for key, value in made["meta"].items()}
        made["metrics"] = {strings[key]: value for key, value in made["metrics"].items()}
        return made

    return [[span(fields) for fields in trace] for trace in traces]


def _datadog(traces: list[list[dict[str, Any]]]) -> Iterator[Span]:
    for trace in traces:
        high = next((span["meta"]["_dd.p.tid"] for span in trace if "_dd.p.tid" in span["meta"]), "0" * 16)
        for span in trace:
            meta = span["meta"]
            links = json.loads(meta.get("_dd.span_links", "[]")) or [
                {"trace_id": f"{link.get('trace_id_high', 0):016x}{link['trace_id']:016x}",
                 "span_id": f"{link['span_id']:016x}"}
                for link in span.get("span_links") or []
            ]  # fmt: skip
            yield Span(
                f"{high}{span['trace_id']:016x}",
                f"{span['span_id']:016x}",
                f"{span['parent_id']:016x}" if span.get("parent_id") else "",
                span["name"],
                span["resource"],
                span["service"],
                meta.get("span.kind", "internal"),
                bool(span.get("error")),
                {**meta, **(span.get("metrics") or {})},
                tuple((link["trace_id"], link["span_id"]) for link in links),
            )
