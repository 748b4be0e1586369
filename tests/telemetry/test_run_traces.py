"""What the tracers send for the same service code."""

import time

import pytest

from sightline_telemetry import traffic

from .receivers import Span
from .runs import DD_64, KEY, W3C_PARENT, W3C_TRACE, Run

TRACED = ("otel", "ddtrace")
MODES = ("none", *TRACED)


def server(run: Run, name: str) -> Span:
    """The server span of the request with this name in the scenario."""
    trace_id = run.seen[name]["json"]["ids"][0]
    return next(span for span in run.trace(trace_id) if span.kind == "server")


@pytest.mark.parametrize("mode", TRACED)
def test_a_server_span_continues_the_callers_trace(runs: dict[str, Run], mode: str) -> None:
    """The parent is the caller's span, whichever family of headers named it, 64-bit ids included."""
    run = runs[mode]
    assert (server(run, "w3c").trace_id, server(run, "w3c").parent_id) == (W3C_TRACE, W3C_PARENT)
    assert (server(run, "dd64").trace_id, server(run, "dd64").parent_id) == (f"{DD_64:032x}", f"{77:016x}")
    assert (server(run, "dd128").trace_id, server(run, "dd128").parent_id) == (
        f"6b041a5700000000{DD_64:016x}",
        f"{77:016x}",
    )
    assert server(run, "plain").parent_id == ""


@pytest.mark.parametrize("mode", MODES)
def test_both_families_of_headers_go_out(runs: dict[str, Run], mode: str) -> None:
    """W3C and Datadog headers of an injected carrier name the same span."""
    for name in ("plain", "w3c", "dd64", "dd128"):
        carrier = runs[mode].seen[name]["json"]["inject"]
        _, trace_id, span_id, flags = carrier["traceparent"].split("-")
        assert int(flags, 16) & 1
        assert int(carrier["x-datadog-trace-id"]) == int(trace_id[16:], 16)
        assert int(carrier["x-datadog-parent-id"]) == int(span_id, 16)
        assert int(carrier["x-datadog-sampling-priority"]) > 0
        tags = dict(pair.split("=", 1) for pair in carrier.get("x-datadog-tags", "").split(",") if pair)
        assert tags.get("_dd.p.tid", "0" * 16) == trace_id[:16]


@pytest.mark.parametrize("mode", TRACED)
def test_every_span_belongs_to_the_service_and_hangs_together(runs: dict[str, Run], mode: str) -> None:
    """No `urllib3` or `sqlite` services, and no parent missing except the callers' own."""
    run = runs[mode]
    assert {span.service for span in run.spans} == {"scenario"}
    known = {(span.trace_id, span.span_id) for span in run.spans}
    missing = {span.parent_id for span in run.spans if span.parent_id and (span.trace_id, span.parent_id) not in known}
    assert missing == {W3C_PARENT, f"{77:016x}"}


@pytest.mark.parametrize("mode", TRACED)
def test_routes_are_spelt_alike(runs: dict[str, Run], mode: str) -> None:
    """`http.route` on the span is what the metrics say, and no name contains a raw path."""
    run = runs[mode]
    span = server(run, "plain")
    assert span.attributes["http.route"] == "/ok/:number"
    assert span.resource == "GET /ok/:number"
    assert not [span for span in run.spans if "nowhere" in span.name or "nowhere" in span.resource]


@pytest.mark.parametrize("mode", TRACED)
def test_an_unhandled_error_is_on_the_requests_span_once(runs: dict[str, Run], mode: str) -> None:
    """The span of a crashed request is an error and says why, one time."""
    (span,) = [span for span in runs[mode].spans if span.kind == "server" and span.resource == "GET /boom"]
    assert span.error
    if mode == "otel":
        assert span.events == ("exception",)
        assert span.attributes["http.response.status_code"] == 500
    else:
        assert span.attributes["error.type"] == "builtins.RuntimeError"
        assert span.attributes["error.message"] == "it broke for [email]"


@pytest.mark.parametrize("mode", TRACED)
def test_only_the_failed_spans_are_errors(runs: dict[str, Run], mode: str) -> None:
    """A 404, a 405 and a customer's own mistake are no errors of a server span."""
    failed = {span.resource for span in runs[mode].spans if span.error}
    assert failed == {"GET /boom", "pay [card]"}


@pytest.mark.parametrize("mode", TRACED)
def test_a_health_check_leaves_no_span(runs: dict[str, Run], mode: str) -> None:
    """Neither its request nor the SQL in it."""
    assert not [span for span in runs[mode].spans if "health" in span.resource]
    statements = [span for span in runs[mode].spans if span.kind == "client" and "select" in span.resource]
    assert len(statements) == 2


@pytest.mark.parametrize("mode", TRACED)
def test_statements_and_calls_are_client_spans_of_their_request(runs: dict[str, Run], mode: str) -> None:
    """SQL and HTTP spans have kind client and sit in the trace of the request that made them."""
    run = runs[mode]
    for route, count in (("GET /sql", 1), ("GET /call", 1)):
        (entry,) = [span for span in run.spans if span.resource == route]
        clients = [span for span in run.trace(entry.trace_id) if span.kind == "client"]
        assert len(clients) == count


def test_opentelemetry_uses_the_stable_conventions(runs: dict[str, Run]) -> None:
    """No `http.method`, `http.target` or `db.statement` of old, and both spellings of the environment."""
    spans = runs["otel"].spans
    keys = {key for span in spans for key in span.attributes}
    assert {"http.request.method", "url.path", "db.system.name", "db.query.text", "url.full"} <= keys
    assert not keys & {"http.method", "http.target", "net.peer.ip", "db.statement", "db.system"}
    resource = spans[0].attributes["resource"]
    assert resource["deployment.environment"] == resource["deployment.environment.name"] == "test"
    assert resource["service.version"] == "1.2.3"
    assert len(resource["service.instance.id"]) == 36


@pytest.mark.parametrize("mode", MODES)
def test_a_call_carries_context_and_traffic(runs: dict[str, Run], mode: str) -> None:
    """The peer's headers name the client span in both families, once each, and hold a valid traffic token."""
    run = runs[mode]
    (headers,) = run.received.called
    _, trace_id, span_id, _ = headers["traceparent"].split("-")
    assert int(headers["x-datadog-parent-id"]) == int(span_id, 16)
    assert traffic.verify(headers[traffic.HEADER], KEY, time.time()) == "load"
    if mode != "none":
        (client,) = [span for span in run.spans if (span.trace_id, span.span_id) == (trace_id, span_id)]
        assert client.kind == "client"


@pytest.mark.parametrize("mode", MODES)
def test_only_an_authentic_token_changes_the_traffic(runs: dict[str, Run], mode: str) -> None:
    """A signed token counts; a forged, an expired and a missing one are a customer."""
    said = {name: runs[mode].seen[name]["json"]["traffic"] for name in ("plain", "load", "forged", "expired")}
    assert said == {"plain": "customer", "load": "load", "forged": "customer", "expired": "customer"}


@pytest.mark.parametrize("mode", TRACED)
def test_traffic_and_fault_are_on_the_entry_span(runs: dict[str, Run], mode: str) -> None:
    """What asked and which fault was on can be read from the request's own span."""
    assert server(runs[mode], "load").attributes["sightline.traffic"] == "load"
    assert server(runs[mode], "forged").attributes["sightline.traffic"] == "customer"
    assert server(runs[mode], "plain").attributes["sightline.fault"] == "slow_payment"


@pytest.mark.parametrize("mode", TRACED)
def test_a_message_continues_its_publishers_trace(runs: dict[str, Run], mode: str) -> None:
    """Producer below the request, consumer below the producer, with messaging attributes, and the traffic kept."""
    run = runs[mode]
    (producer,) = [span for span in run.spans if span.kind == "producer"]
    (consumer,) = [span for span in run.spans if span.kind == "consumer"]
    assert (consumer.trace_id, consumer.parent_id) == (producer.trace_id, producer.span_id)
    assert [span for span in run.trace(producer.trace_id) if span.kind == "server"]
    for span in (producer, consumer):
        assert span.attributes["messaging.system"] == "redis"
        assert span.attributes["messaging.destination.name"] == "orders"
        assert span.attributes["messaging.message.id"] == run.seen["publish"]["json"]["id"]
    assert consumer.attributes["sightline.traffic"] == "load"
    assert run.where(message="in worker")[0]["traffic_seen"] == "load"


@pytest.mark.parametrize("mode", ["none"])
def test_mode_none_sends_nothing(runs: dict[str, Run], mode: str) -> None:
    """No trace, no metric, no datagram."""
    assert runs[mode].received.bodies == []
    assert runs[mode].received.datagrams == []
