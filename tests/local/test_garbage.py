"""Whatever is sent to whatever route: an answer below 500 with a reason, and everything stored stays stored.

The routes are asked of the applications themselves, so a new one is covered, or named as lacking an example.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
import orjson
import pytest
from starlette.datastructures import QueryParams

from sightline_local.intake import bodies

from . import examples, garbage
from .kit import running
from .world import World, filled, has_reason, ids_of, is_whole, routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import urllib3


MB = 1024 * 1024
PARAMETERS = (
    "ids", "query", "tags_query", "limit", "offset", "page[size]", "page[number]", "page", "page_size", "per_page",
    "page[limit]",
    "page[offset]", "from_ts", "to_ts", "text", "name", "tags", "monitor_tags",
    "monitor_ids", "count", "start", "from", "to", "window", "service", "error",
    "status", "route", "q", "min_ms", "traffic", "trace_id", "level", "before", "force", "key",
    "filter[deleted]", "filter[shared]", "page[cursor]", "page_number", "with_creator", "with_downtimes",
    "end", "current_only", "group_states", "include", "facets_only",
)  # fmt: skip
VALUES = (
    "²", "-1", "0", "9" * 40, "9" * 5000, "NaN", "inf", "1e400", "\0", "%", "' OR 1=1 --", "*", "a" * 9000, "²xx",
    "5xx", "-0000000000000ff", "-" + "f" * 31, "0x" + "f" * 30, "\uff11" * 16, "f" * 32, "true", "1,2,,²", "[", "{",
    "sum:hits{*}.rollup(sum, ²)", "sum:hits{*}.rollup(sum, " + "9" * 50 + ")", "p1000:lasted{*}", "a:" + "(" * 500,
    "sum:hits{" + "a" * 500 + "}", "sum:hits{service:" + "*a" * 100 + "}", "count(v: v<=1e999):lasted{*}",
)  # fmt: skip
IDS = ("nothing", "0", "9" * 5000, "²", "%00", "%ff", "..%2f..%2fetc%2fpasswd", "%E0%80%80", "a" * 300, "-1", "*")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(tmp_path_factory.mktemp("garbage")) as found:
        bodies = examples.bodies()
        for (app, path), good in bodies.items():
            if "{" not in path and not path.endswith(("validate", "delete", "trigger", "uptimes", "faults")):
                for body in good:
                    answer = found.send(app, "POST", path, body.encode(body.data), content_type=body.content_type)
                    assert answer.status < 300, (path, answer.data)
        name = "shop.lasted"
        found.api("POST", f"/api/v2/metrics/{name}/tags", examples.metric_configuration(name))
        yield World(found, routes(found), bodies, ids_of(found))


def test_every_route_that_takes_a_body_has_an_example(world: World) -> None:
    """A new route without an example fails here."""
    without = {(app, path) for app, _, path in world.taking()} - world.bodies.keys()
    assert not without, f"no example in examples.bodies() for {without}"


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in garbage.LARGE)) for name in garbage.HOPELESS]
)
def test_hopeless_bodies_are_refused_with_a_reason(world: World, name: str) -> None:
    """Each of them, on every route and method that takes a body: a 4xx that says why."""
    body, headers = garbage.HOPELESS[name]
    for app, method, path in world.taking():
        sent = {"content-type": world.bodies[(app, path)][-1].content_type, **headers}
        answer = world.backend.send(app, method, world.existing(path), body, **sent)
        assert 400 <= answer.status < 500, (app, method, path, answer.status, answer.data[:200])
        assert has_reason(answer), (app, method, path, answer.data)
    is_whole(world.backend)


@pytest.mark.parametrize("step", [23, pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_bodies_with_one_thing_broken_never_break_the_backend(world: World, step: int) -> None:
    """Every part of every good body replaced by every wrong thing, and left out: an answer below 500."""
    for app, method, path, place, body in world.good():
        for data in itertools.islice(garbage.broken(body.data), 0, None, step):
            packed = body.packed(data)
            if packed is None:
                continue
            answer = world.backend.send(app, method, place, packed, content_type=body.content_type)
            assert answer.status < 500, (app, path, data, answer.data[:300])
            assert answer.status < 400 or has_reason(answer), (path, data, answer.data)
            tidy(world, path, answer)
        is_whole(world.backend)


@pytest.mark.parametrize("number", ["1" + "0" * 400, "-1e999", "1e308", "123456789012345678901234567890"])
def test_numbers_beyond_every_type_are_refused_or_kept(world: World, number: str) -> None:
    """Raw JSON numbers in the place of every value of every JSON body."""
    for app, method, path, place, body in world.good():
        if body.content_type != "application/json":
            continue
        for data in _with_marks(body.data):
            packed = orjson.dumps(data).replace(b'"MARK"', number.encode())
            answer = world.backend.send(app, method, place, packed, content_type="application/json")
            assert answer.status < 500, (app, path, packed, answer.data[:300])
            tidy(world, path, answer)
    is_whole(world.backend)


def _with_marks(data: Any) -> Iterator[Any]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from ({**data, key: each} for each in _with_marks(value))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from ([*data[:position], each, *data[position + 1 :]] for each in _with_marks(value))
    else:
        yield "MARK"


def tidy(world: World, path: str, answer: urllib3.BaseHTTPResponse) -> None:
    """Delete what garbage that was taken has made, or every list would grow."""
    if answer.status != 200 or path not in {"/api/v1/slo", "/api/v1/monitor", "/api/v1/dashboard"}:
        return
    made = orjson.loads(answer.data)
    identity = made["data"][0]["id"] if path == "/api/v1/slo" else made["id"]
    assert world.backend.send("api", "DELETE", f"{path}/{identity}").status == 200


def test_truncated_and_flipped_bodies_never_break_the_backend(world: World) -> None:
    """Every intake's good body cut at many places, and with single bytes changed."""
    for app, method, path, place, body in world.good():
        if app == "api" and "v1" in path:
            continue
        whole = body.encode(body.data)
        cuts = [whole[:at] for at in range(0, len(whole), 7)]
        flips = [whole[:at] + bytes([whole[at] ^ 0x9D]) + whole[at + 1 :] for at in range(0, len(whole), 5)]
        for sent in cuts + flips:
            answer = world.backend.send(app, method, place, sent, content_type=body.content_type)
            assert answer.status < 500, (path, sent, answer.data)
    is_whole(world.backend)


@pytest.mark.parametrize("identity", IDS)
def test_absurd_ids_are_refused_or_answered(world: World, identity: str) -> None:
    """On every route with an id: an answer below 500, with a reason when it is a refusal."""
    for app, method, path in world.routes:
        if method in {"GET", "DELETE"} and "{" in path:
            answer = world.backend.send(app, method, filled(path, identity))
            assert answer.status < 500, (path, identity, answer.data)
            assert answer.status < 400 or has_reason(answer), (path, identity, answer.data)


def test_absurd_query_strings_are_refused_or_answered(world: World) -> None:
    """Every GET route with every known parameter at once, each of them absurd."""
    for app, place in world.asked():
        for value in VALUES[::2]:
            for query in ("&".join(f"{quote(name)}={quote(value)}" for name in PARAMETERS), f"query={quote(value)}"):
                answer = world.backend.send(app, "GET", f"{place}?{query}")
                assert answer.status < 500, (place, query[:200], answer.data)
    is_whole(world.backend)


@pytest.mark.slow
def test_an_absurd_value_alone_is_refused_or_answered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every GET route with each parameter that it was seen to read, alone and absurd, until it reads no other one."""
    read = _names_read(monkeypatch)
    tried: set[str] = set()
    for app, place in world.asked():
        read.clear()
        world.backend.send(app, "GET", place)
        done: set[str] = set()
        while left := read - done:
            for name, value in itertools.product(left, VALUES):
                answer = world.backend.send(app, "GET", f"{place}?{quote(name)}={quote(value)}")
                assert answer.status < 500, (place, name, value[:200], answer.data)
            done |= left
        tried |= done
    assert tried >= {"query", "limit", "page_size", "from", "trace_id"}, "the watch saw too little"
    assert tried <= set(PARAMETERS), f"PARAMETERS lacks {tried - set(PARAMETERS)}"
    is_whole(world.backend)


def _names_read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Watch the backend, which runs in this process, for the names of the parameters that it looks up.

    All parameters on all routes were 150,000 requests, nearly all about parameters that nobody reads.
    """
    read: set[str] = set()

    def watched(real: Any) -> Any:
        def looked_up(self: Any, key: str) -> Any:
            read.add(key)
            return real(self, key)

        return looked_up

    for method in ("__getitem__", "__contains__", "getlist"):
        monkeypatch.setattr(QueryParams, method, watched(getattr(QueryParams, method)))
    return read


def test_wrong_methods_and_unknown_paths_have_a_reason(world: World) -> None:
    """405 and 404 in the vendor's form."""
    for app, path in {(app, path) for app, _, path in world.routes}:
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "TRACE"} - set(world.methods(app, path)):
            answer = world.backend.send(app, method, filled(path, "x"))
            # `/api/v1/monitor/validate` is there, but not for GET: it is no monitor's number then.
            assert answer.status in {400, 404, 405}, (app, method, path, answer.status)
            assert has_reason(answer)
    for app in ("api", "agent", "otlp"):
        answer = world.backend.send(app, "POST", "/no/such/path", b"{}")
        assert (answer.status, has_reason(answer)) == (404, True)


def test_unknown_ids_are_404_with_the_vendors_body(world: World) -> None:
    """SLOs, monitors, dashboards and metric configurations that are not there."""
    for path in ("/api/v1/slo/none", "/api/v1/monitor/123", "/api/v1/dashboard/none", "/api/v2/metrics/none/tags"):
        for method in ("GET", "DELETE"):
            answer = world.backend.send("api", method, path)
            assert answer.status == 404
            assert isinstance(orjson.loads(answer.data)["errors"], list)


def test_content_types_that_otlp_does_not_know_are_415(world: World) -> None:
    """A form is neither of its two encodings."""
    for path in ("/v1/traces", "/v1/metrics", "/v1/logs"):
        answer = world.backend.send("otlp", "POST", path, b"a=b", content_type="application/x-www-form-urlencoded")
        assert (answer.status, has_reason(answer)) == (415, True)


def test_fifty_megabytes_are_refused_by_every_route_that_takes_a_body(world: World) -> None:
    """Announced: by their length alone; really sent, in chunks, once they are too many."""
    for app, method, path in world.taking():
        head = f"{method} {world.existing(path)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {50 * MB}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", world.backend.port(app)), timeout=10) as connection:
            connection.sendall(head.encode())
            # A configuration that is there already is refused before anything is read.
            assert connection.recv(65536).startswith((b"HTTP/1.1 413", b"HTTP/1.1 409")), path
    for app, path in (("agent", "/v0.5/traces"), ("otlp", "/v1/logs"), ("api", "/api/v2/logs"), ("api", "/api/v1/slo")):
        answer = world.backend.send(app, "POST", path, iter([b"[" * MB] * 50), content_type="application/json")
        assert (answer.status, has_reason(answer)) == (413, True)
    is_whole(world.backend)


@pytest.mark.parametrize("start", [b"GET /a", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a"])
def test_heads_without_an_end_are_cut_off(world: World, start: bytes) -> None:
    """A request line or header that goes on and on does not fill the memory."""
    with socket.create_connection(("127.0.0.1", world.backend.port("agent")), timeout=10) as connection:
        connection.sendall(start)
        with contextlib.suppress(ConnectionError):
            for _ in range(1000):
                connection.sendall(b"a" * 10_000)
            pytest.fail("ten megabytes of a head were taken")
    is_whole(world.backend)


def test_no_http_at_all_is_refused(world: World) -> None:
    """Bytes that are no request are answered 400 and the connection ends."""
    for sent in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"HELLO\r\n\r\n", b"GET \xff HTTP/1.1\r\n\r\n"):
        for app in ("api", "agent", "otlp"):
            with socket.create_connection(("127.0.0.1", world.backend.port(app)), timeout=10) as connection:
                connection.sendall(sent)
                assert connection.recv(1000).startswith(b"HTTP/1.1 400")
    is_whole(world.backend)


def test_slow_and_broken_off_bodies_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that does not come is answered 408; one whose sender goes away leaves nothing behind but a count."""
    monkeypatch.setattr(bodies, "BODY_S", 0.3)
    for app, method, path in world.taking()[:12:3]:
        head = f"{method} {world.existing(path)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{{"
        with socket.create_connection(("127.0.0.1", world.backend.port(app)), timeout=10) as connection:
            connection.sendall(head.encode())
            assert connection.recv(65536).startswith((b"HTTP/1.1 408", b"HTTP/1.1 409")), path
        with socket.create_connection(("127.0.0.1", world.backend.port(app)), timeout=10) as connection:
            connection.sendall(head.encode())
    is_whole(world.backend)


def test_ten_thousand_tags_are_refused_or_cut(world: World) -> None:
    """On a span, a series, an OTLP resource and an SLO they are refused; of a log's tags the first are kept."""
    many = {f"key{number}": "value" for number in range(10_000)}
    listed = [f"{key}:{value}" for key, value in many.items()]
    span = examples.v04_span(meta=many)
    traces, metrics, series = examples.otlp_traces(), examples.otlp_metrics(), examples.series_v2()
    for resource in (traces["resourceSpans"][0]["resource"], metrics["resourceMetrics"][0]["resource"]):
        resource["attributes"] = [{"key": key, "value": {"stringValue": value}} for key, value in many.items()]
    series["series"][0]["tags"] = listed
    send, kind = world.backend.send, "application/json"
    answers = [
        send("agent", "PUT", "/v0.4/traces", examples.v04(span)),
        send("agent", "PUT", "/v0.5/traces", msgspec.msgpack.encode(examples.v05_data(span))),
        send("otlp", "POST", "/v1/traces", orjson.dumps(traces), content_type=kind),
        send("api", "POST", "/api/v2/series", orjson.dumps(series)),
        send("api", "POST", "/api/v1/slo", orjson.dumps(examples.slo(tags=listed))),
    ]
    assert [answer.status for answer in answers] == [400] * 5
    assert all(map(has_reason, answers))
    answer = send("otlp", "POST", "/v1/metrics", orjson.dumps(metrics), content_type=kind)
    assert orjson.loads(answer.data)["partialSuccess"]["rejectedDataPoints"] == "4"
    record = {**examples.log_records()[0], "ddtags": ",".join(listed)}
    assert send("api", "POST", "/api/v2/logs", orjson.dumps([record])).status == 202
    is_whole(world.backend)
