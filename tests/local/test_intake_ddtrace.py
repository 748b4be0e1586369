"""The agent's protocols, spoken by ddtrace itself in a process of its own, and by payloads made by hand."""

from __future__ import annotations

import math
import os
import struct
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import orjson
import pytest

from . import examples
from .kit import total, until

if TYPE_CHECKING:
    from .kit import Running

SHOP = """
from ddtrace.trace import tracer
for _ in range(5):
    with tracer.trace("flask.request", service="{service}", resource="GET /", span_type="web") as root:
        root.set_tag("http.status_code", 200)
        with tracer.trace("sqlite.query", service="{service}"):
            pass
print(f"{{root.trace_id:032x}} {{root.span_id}}")
tracer.flush()
tracer.shutdown()
"""


def shop(backend: Running, service: str, **settings: str) -> tuple[str, int]:
    """Run ddtrace against the backend; return the last trace's id and its root span's."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DD_")}
    told = {"DD_TRACE_AGENT_URL": backend.addresses["agent"], "DD_REMOTE_CONFIGURATION_ENABLED": "false"}
    done = subprocess.run(
        [sys.executable, "-c", SHOP.format(service=service)],
        env=environment | told | settings,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "failed to send" not in done.stderr, done.stderr
    trace, span = done.stdout.split()
    return trace, int(span)


@pytest.mark.parametrize("version", ["v0.4", "v0.5"])
def test_ddtrace_sends_unchanged(backend: Running, version: str) -> None:
    """Both encoders: every span is there under its 128-bit id, and its operation is counted from them."""
    service = "shop" + version[-1]
    before = backend.counters[f"ddtrace.{version}"]["stored"]
    trace, span = shop(backend, service, DD_TRACE_API_VERSION=version)
    assert backend.count("spans", f"service = '{service}'") == 10
    assert backend.counters[f"ddtrace.{version}"]["stored"] == before + 10
    found = backend.api("GET", f"/api/local/v1/traces/{trace}")
    assert found["trace_id"] == trace
    assert {each["name"] for each in found["spans"]} == {"flask.request", "sqlite.query"}
    assert found["spans"][0]["span_id"] == f"{span:016x}"
    assert total(backend.store, f"sum:trace.flask.request.hits{{service:{service}}}.as_count()") == 5


def test_a_client_that_may_add_up_itself_is_counted_once(backend: Running) -> None:
    """With its statistics switched on ddtrace counts five as five, whoever of the two adds them up."""
    shop(backend, "counted", DD_TRACE_STATS_COMPUTATION_ENABLED="true")
    until(lambda: total(backend.store, "sum:trace.flask.request.hits{service:counted}"))
    assert total(backend.store, "sum:trace.flask.request.hits{service:counted}") == 5
    assert total(backend.store, "count:trace.flask.request{service:counted}") == pytest.approx(5)


def sketch(values: dict[int, float], gamma: float = 1.02) -> bytes:
    """Return a DDSketch of counts by index, as its protobuf message."""
    mapping = b"\x09" + struct.pack("<d", gamma)
    counts = b""
    for index, count in values.items():
        entry = b"\x08" + bytes([index * 2 & 0x7F | 0x80, index * 2 >> 7]) + b"\x11" + struct.pack("<d", count)
        counts += b"\x0a" + bytes([len(entry)]) + entry
    return b"\x0a" + bytes([len(mapping)]) + mapping + b"\x12" + bytes([len(counts)]) + counts


def test_statistics_become_hits_errors_and_a_latency(backend: Running) -> None:
    """`/v0.6/stats`: what the tracer added up, its sketch's quantiles within the sketch's own precision."""
    data = examples.stats_data()
    group = data["Stats"][0]["Stats"][0]
    index = math.ceil(math.log(0.25e9, 1.02))
    group |= {"Service": "summed", "Hits": 3, "Errors": 1, "Duration": 750_000_000, "OkSummary": sketch({index: 3.0})}
    assert backend.send("agent", "PUT", "/v0.6/stats", msgspec.msgpack.encode(data)).status == 200
    where = "{service:summed,http.status_code:200,env:demo,version:1}"
    assert total(backend.store, f"sum:trace.flask.request.hits{where}") == 3
    assert total(backend.store, f"sum:trace.flask.request.errors{where}") == 1
    assert total(backend.store, f"sum:trace.flask.request.duration{where}") == pytest.approx(0.75)
    assert total(backend.store, f"count:trace.flask.request{where}") == 3
    assert total(backend.store, f"count(v: v<=0.3):trace.flask.request{where}") == pytest.approx(3)
    assert total(backend.store, f"count(v: v<=0.2):trace.flask.request{where}") == pytest.approx(0)


def test_the_header_of_computed_stats_suppresses_counting(backend: Running) -> None:
    """Said with true, the spans are stored and not counted; said with false, they are counted."""
    for word, expected in (("true", None), ("yes", None), ("false", 1), ("0", 2)):
        span = examples.v04_span(service="header", name="op")
        answer = backend.send("agent", "PUT", "/v0.4/traces", examples.v04(span), datadog_client_computed_stats=word)
        assert answer.status == 200
        assert total(backend.store, "sum:trace.op.hits{service:header}") == expected
    assert backend.count("spans", "service = 'header'") == 4


def test_info_offers_what_is_decoded(backend: Running) -> None:
    """Every endpoint that is offered answers, and nothing that makes a tracer drop traces is."""
    info = orjson.loads(backend.send("agent", "GET", "/info").data)
    assert info["client_drop_p0s"] is False
    assert "/v1.0/traces" not in info["endpoints"]
    for path in ("/v0.4/traces", "/v0.5/traces", "/v0.6/stats"):
        assert path in info["endpoints"]
    assert backend.send("agent", "POST", "/telemetry/proxy/api/v2/apmtelemetry", b"{}").status == 202


def test_the_high_half_of_a_trace_id_holds_for_its_whole_chunk(backend: Running) -> None:
    """`_dd.p.tid` stands on a chunk's first span only."""
    high = {"_dd.p.tid": "00000000000000ab"}
    spans = [
        examples.v04_span(trace_id=77, span_id=1, meta=high),
        examples.v04_span(trace_id=77, span_id=2, parent_id=1, meta={}),
    ]
    for path, body in (
        ("/v0.4/traces", examples.v04(*spans)),
        ("/v0.5/traces", msgspec.msgpack.encode(examples.v05_data(*spans))),
    ):
        assert backend.send("agent", "POST", path, body).status == 200
    assert backend.count("spans", "trace_lo = 77 AND trace_hi = 171") == 4


def test_ddtrace_and_opentelemetry_join_in_one_trace(backend: Running) -> None:
    """A service of each kind in one trace, and the log lines of both, by whichever id they carry."""
    trace, low = "00000000000000cd00000000000004d2", 1234
    parent = examples.v04_span(
        trace_id=low, span_id=21, service="storefront", meta={"_dd.p.tid": trace[:16], "span.kind": "client"}
    )
    child = examples.otlp_traces()
    span = child["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    span |= {"traceId": trace, "spanId": f"{22:016x}", "parentSpanId": f"{21:016x}", "links": []}
    assert backend.send("agent", "PUT", "/v0.4/traces", examples.v04(parent)).status == 200
    sent = backend.send("otlp", "POST", "/v1/traces", orjson.dumps(child), content_type="application/json")
    assert sent.status == 200
    lines = [{"message": "a", "dd": {"trace_id": str(low)}}, {"message": "b", "trace_id": trace}]
    lines += [{"message": "c", "dd.trace_id": trace}]
    assert backend.send("api", "POST", "/api/v2/logs", orjson.dumps(lines)).status == 202
    backend.store.flush()
    for identity in (trace, trace[16:], str(low)):
        found = backend.api("GET", f"/api/local/v1/traces/{identity}")
        assert [each["service"] for each in found["spans"]] == ["storefront", "web"]
        assert found["trace_id"] == trace
        assert found["missing_parents"] == []
        assert {each["message"] for each in found["logs"]} == {"a", "b", "c"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"trace_id": 0},
        {"span_id": 0},
        {"start": 0},
        {"start": -5},
        {"duration": -1},
        {"start": 2**62},
        {"start": 2**61, "duration": 2**61},
        {"trace_id": -1},
        {"duration": 2**63},
    ],
)
def test_impossible_spans_refuse_their_payload(backend: Running, wrong: dict[str, int]) -> None:
    """Zero ids and times that are none: 400 with a reason, and the whole payload counts as one rejected."""
    before = backend.counters["ddtrace.v0.4"]
    answer = backend.send("agent", "PUT", "/v0.4/traces", examples.v04(examples.v04_span(**wrong)))
    assert answer.status == 400
    assert answer.data.strip()
    after = backend.counters["ddtrace.v0.4"]
    assert (after["rejected"], after["stored"]) == (before["rejected"] + 1, before["stored"])
