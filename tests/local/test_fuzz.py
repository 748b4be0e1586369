"""Decoders under hypothesis: whatever the bytes, they decode to columns of one length, or refuse with a reason."""

from __future__ import annotations

import contextlib
import gzip
from typing import TYPE_CHECKING, Any

import msgspec
import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from sightline_local.intake import logline
from sightline_local.intake.bodies import RefusedError, unpack
from sightline_local.intake.counters import Counter
from sightline_local.intake.ddtrace import decode_v04, decode_v05
from sightline_local.intake.dogstatsd import Dogstatsd
from sightline_local.intake.ids import U64, span_key, trace_key
from sightline_local.intake.otlp_common import parse
from sightline_local.intake.otlp_logs import decode_logs
from sightline_local.intake.otlp_metrics import MetricIntake
from sightline_local.intake.otlp_traces import decode_traces
from sightline_local.intake.sketch import decode_sketch
from sightline_local.intake.stats import decode_stats
from sightline_local.store.columns import LogColumns, SpanColumns

from . import examples, garbage
from .kit import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_local.store import Store

FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = st.one_of(
    st.integers(-(2**63), 2**64 - 1), st.sampled_from([0, 1, -1, 2**62, 2**63, 4_294_967_294_999_999_999])
)
TEXTS = st.one_of(st.text(max_size=20), st.sampled_from(["", "\0", "²", "-0000000000000ff", "f" * 32, "span.kind"]))
FLOATS = st.one_of(st.floats(), st.sampled_from([1e308, -0.0, 1e-320]))
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
SPAN = st.fixed_dictionaries(
    dict.fromkeys(("trace_id", "span_id", "parent_id", "start", "duration", "error"), NUMBERS)
    | dict.fromkeys(("service", "name", "resource", "type"), TEXTS)
    | {
        "meta": st.dictionaries(TEXTS | st.sampled_from(["http.status_code", "_dd.p.tid", "env"]), TEXTS, max_size=4),
        "metrics": st.dictionaries(TEXTS | st.just("_dd.top_level"), FLOATS, max_size=3),
    }
)


def accepted(columns: SpanColumns | LogColumns) -> None:
    """Whatever was decoded can be written: all columns are of one length and of their types."""
    assert columns.batch().num_rows == len(columns)
    if isinstance(columns, SpanColumns):
        columns.measured_batch()
        assert all(isinstance(orjson.loads(tags), dict) for tags in columns.tags)
    else:
        assert all(isinstance(orjson.loads(each), dict) for each in columns.attributes)


DECODERS: dict[str, tuple[Callable[[bytes], Any], list[bytes]]] = {
    "v0.4": (lambda body: accepted(decode_v04(body)), [examples.v04()]),
    "v0.5": (lambda body: accepted(decode_v05(body)), [msgspec.msgpack.encode(examples.v05_data())]),
    "stats": (decode_stats, [msgspec.msgpack.encode(examples.stats_data())]),
    "sketch": (decode_sketch, [bytes.fromhex("0a09090000000000000040120912070a0508021001")]),
    "traces": (
        lambda body: accepted(decode_traces(parse(ExportTraceServiceRequest, body, "application/x-protobuf"))[0]),
        [examples.protobuf(ExportTraceServiceRequest)(examples.otlp_traces())],
    ),
    "logs": (
        lambda body: accepted(decode_logs(parse(ExportLogsServiceRequest, body, "application/x-protobuf"), 1)[0]),
        [examples.protobuf(ExportLogsServiceRequest)(examples.otlp_logs())],
    ),
    "traces json": (
        lambda body: accepted(decode_traces(parse(ExportTraceServiceRequest, body, "application/json"))[0]),
        [orjson.dumps(examples.otlp_traces())],
    ),
    "gzip": (lambda body: unpack(body, "gzip"), [gzip.compress(b"hello")]),
}


@pytest.mark.parametrize("name", DECODERS)
@FUZZ
@given(data=st.data())
def test_bytes_decode_or_are_refused(name: str, data: st.DataObject) -> None:
    """Noise, and good bodies with a slice replaced by noise."""
    decode, bodies = DECODERS[name]
    whole = data.draw(st.sampled_from([b"", *bodies]))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    with contextlib.suppress(RefusedError):
        decode(whole[:start] + data.draw(st.binary(max_size=40)) + whole[end:])


@FUZZ
@given(st.lists(SPAN, min_size=1, max_size=3), st.booleans())
def test_spans_of_any_values_are_refused_or_stored(store: Store, spans: list[dict[str, Any]], newer: bool) -> None:  # noqa: FBT001 - drawn
    """What the decoder lets through, the database takes: no row can block the writer."""
    before = store.write_failures[0]
    with contextlib.suppress(RefusedError):
        columns = (
            decode_v05(msgspec.msgpack.encode(examples.v05_data(*spans))) if newer else decode_v04(examples.v04(*spans))
        )
        accepted(columns)
        assert store.offer_spans(columns)
    store.flush()
    assert store.write_failures[0] == before


@FUZZ
@given(st.dictionaries(TEXTS | st.sampled_from(
    ["timestamp", "date", "level", "status", "message", "service", "dd", "trace_id", "span_id", "dd.trace_id", "env"]
), JSON, max_size=6))  # fmt: skip
@example({"message": orjson.loads(garbage.nested(300))})
@example({"service": orjson.loads(garbage.nested(280)), "level": orjson.loads(garbage.nested(280))})
@example({"timestamp": "²", "trace_id": "-" + "f" * 31, "span_id": "-0000000000000ff"})
@example({"timestamp": "9" * 400, "dd": {"trace_id": "9" * 20}})
def test_log_records_of_any_values_become_rows(record: dict[str, Any]) -> None:
    """No record is too strange for a row."""
    columns = LogColumns()
    logline.append(columns, record, service="here", now_ns=NOW * 10**9)
    accepted(columns)
    assert len(columns) == 1


@FUZZ
@given(st.binary(max_size=60) | st.from_regex(
    rb"[a-z]{1,4}:[-0-9.e:+]{1,12}\|(c|g|d|h|ms|s)(\|@[-0-9.e]{1,8})?(\|#[a-z:,]{0,9})?(\|T[0-9]{0,14})?",
    fullmatch=True,
))  # fmt: skip
@example("hits:1|c|T²".encode())
@example("_e{²,1}:a|b".encode())
@example(b"_e{" + b"9" * 5000 + b",1}:a|b")
@example("_e{1,1}:a|b|d:²".encode())
@example(b"hits:1|c|@1e-320")
@example(b"hits:1e308|d|@0.001")
@example(b"hits:nan|g\nhits:inf|c\nhits:1e999|d")
@example(b"hits:1|c|T4294967296")
@example(b"hits:" + b"1:" * 30000 + b"1|d")
def test_datagrams_are_counted_whatever_they_are(store: Store, data: bytes) -> None:
    """Each line is stored or rejected, the numbers add up, and everything stored can be written."""
    counter = Counter()
    Dogstatsd(store).datagram(data, counter)
    lines = [line for line in data.split(b"\n") if line]
    assert counter.received == counter.stored + counter.rejected
    assert counter.received in {len(lines), 1}
    store.flush()
    assert store.write_failures == (0, "")


@FUZZ
@given(
    value=FLOATS,
    times=st.lists(NUMBERS.filter(lambda each: each >= 0), min_size=2, max_size=2),
    counts=st.lists(st.integers(0, 2**64 - 1), max_size=4),
    bounds=st.lists(FLOATS, max_size=3),
    scale=st.integers(-(2**31), 2**31 - 1),
    temporality=st.integers(0, 3),
)
def test_otlp_points_of_any_values_are_refused_or_stored(
    store: Store,
    *,
    value: float,
    times: list[int],
    counts: list[int],
    bounds: list[float],
    scale: int,
    temporality: Any,
) -> None:
    """Sums, gauges, histograms, exponential histograms and summaries: each point is counted once."""
    request = ExportMetricsServiceRequest()
    metrics = request.resource_metrics.add().scope_metrics.add().metrics
    common: dict[str, Any] = {"start_time_unix_nano": times[0], "time_unix_nano": times[1]}
    for name in ("a", ""):
        metrics.add(name=name).gauge.data_points.add(**common, as_double=value)
    total = metrics.add(name="b").sum
    total.aggregation_temporality, total.is_monotonic = temporality, True
    total.data_points.add(**common, as_double=value)
    histogram = metrics.add(name="c").histogram
    histogram.aggregation_temporality = temporality
    histogram.data_points.add(**common, sum=value, bucket_counts=counts, explicit_bounds=bounds)
    exponential = metrics.add(name="d").exponential_histogram
    exponential.aggregation_temporality = temporality
    point = exponential.data_points.add(**common, sum=value, scale=scale, zero_count=1)
    point.positive.offset = scale
    point.positive.bucket_counts.extend(counts)
    metrics.add(name="e").summary.data_points.add(**common)
    intake = MetricIntake(store)
    intake.take(request)
    assert intake.stored + sum(intake.refused.values()) == 6
    store.flush()
    assert store.write_failures == (0, "")


@given(st.text(max_size=34) | st.text("0123456789abcdef-+_ ", min_size=16, max_size=32))
def test_ids_are_unsigned_numbers_of_sixty_four_bits_or_none(text: str) -> None:
    """Whatever is written, a column can hold it."""
    trace, span = trace_key(text), span_key(text)
    assert trace is None or (0 <= trace[0] <= U64 and 0 <= (trace[1] or 0) <= U64)
    assert span is None or 0 < span <= U64
