"""Headers that anybody may send: whatever stands in them, a request is served and its trace has an id."""

import pytest
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanContext

from sightline_telemetry.propagation import PARENT_ID, PRIORITY, TAGS, TRACE_ID, composite


def _extracted(**carrier: str) -> SpanContext:
    found = composite().extract({name.replace("_", "-"): value for name, value in carrier.items()}, Context())
    return trace.get_current_span(found).get_span_context()


def _datadog(priority: str, tags: str) -> SpanContext:
    carrier = {TRACE_ID: "123", PARENT_ID: "5", PRIORITY: priority, TAGS: tags}
    return trace.get_current_span(composite().extract(carrier, Context())).get_span_context()


@pytest.mark.parametrize("priority", ["--1", "\u00b2", "-", "1_0", " 1", "+1", "9" * 5000, "\u0661", ""])
def test_a_priority_of_nonsense_is_our_decision(priority: str) -> None:
    """It raises into no request, and the trace is kept."""
    found = _datadog(priority, "")
    assert (found.trace_id, found.span_id, found.trace_flags.sampled) == (123, 5, True)


@pytest.mark.parametrize(("priority", "kept"), [("-1", False), ("0", False), ("1", True), ("2", True)])
def test_a_priority_of_sense_decides(priority: str, kept: bool) -> None:  # noqa: FBT001 - a case of the table
    """As Datadog's tracers mean it."""
    assert _datadog(priority, "").trace_flags.sampled is kept


@pytest.mark.parametrize(
    "high", ["-123456789abcdef", "+123456789abcdef", "1_2345678_9abcde", " 23456789abcdef1", "zz" * 8]
)
def test_an_upper_half_of_nonsense_is_left_out(high: str) -> None:
    """The lower half still joins the trace, as 64 bits."""
    assert _datadog("1", f"_dd.p.dm=-1,_dd.p.tid={high}").trace_id == 123


def test_an_upper_half_of_sense_counts() -> None:
    """Both halves are one id."""
    assert _datadog("1", "_dd.p.tid=6b041a5700000000").trace_id == (0x6B041A5700000000 << 64) + 123


@pytest.mark.parametrize("value", ["00-" + "0" * 32 + "-" + "0" * 16 + "-01", "\x00", "x" * 10_000, "00-g-h-i"])
def test_a_context_of_nonsense_is_none(value: str) -> None:
    """The request begins a trace of its own."""
    assert not _extracted(traceparent=value, tracestate=value, baggage=value, x_datadog_trace_id=value).is_valid
