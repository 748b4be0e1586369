"""Where things are sent and how often: keys go only where they belong, waits are those that were asked for."""

from __future__ import annotations

import http.server
import json
import socket
import threading
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from sightline_core.errors import SightlineError
from sightline_datadog.documents import Kind
from sightline_datadog.patience import Patience
from sightline_datadog.settings import LOCAL, Target, resolve
from sightline_datadog.sync.remote import list_entries
from sightline_datadog.transport import ClientTransport

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize(
    ("environ", "host"),
    [
        ({}, LOCAL),
        ({"DD_HOST": "http://127.0.0.1:99/"}, "http://127.0.0.1:99"),
        ({"DD_SITE": "datadoghq.eu", "DD_API_KEY": "a", "DD_APP_KEY": "b"}, "https://api.datadoghq.eu"),
        (
            {"DATADOG_HOST": "api.example.com", "DATADOG_API_KEY": "a", "DATADOG_APP_KEY": "b"},
            "https://api.example.com",
        ),
    ],
)
def test_targets(environ: dict[str, str], host: str) -> None:
    """Host before site, the local backend where nothing is said."""
    assert resolve(environ).host == host


@pytest.mark.parametrize(
    "environ",
    [
        {"DD_API_KEY": "a", "DD_APP_KEY": "b"},
        {"DD_SITE": "datadoghq.com"},
        {"DD_SITE": "datadoghq.com", "DD_API_KEY": "a"},
        {"DD_HOST": "http://api.example.com", "DD_API_KEY": "a", "DD_APP_KEY": "b"},
    ],
)
def test_refusals(environ: dict[str, str]) -> None:
    """Keys without a target, a target without keys, keys without encryption: all refused, and told how to mend."""
    with pytest.raises(SightlineError) as caught:
        resolve(environ)
    assert caught.value.help


def test_keys_do_not_print() -> None:
    """A target in a log shows no key."""
    assert "secret" not in repr(Target("https://x", "secret-api", "secret-app"))


class _Handler(http.server.BaseHTTPRequestHandler):
    answers: ClassVar[list[tuple[int, dict[str, str], Any]]] = []
    seen: ClassVar[list[tuple[str, str, dict[str, str], Any]]] = []

    def _any(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        self.seen.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        status, headers, answer = self.answers.pop(0)
        text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815 - the base class's names

    def log_message(self, *_arguments: object) -> None: ...


@pytest.fixture
def server() -> Iterator[str]:
    _Handler.answers, _Handler.seen = [], []
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()
    thread.join()


def transport(url: str, waits: list[float]) -> ClientTransport:
    patience = Patience(dice=lambda: 0.0)
    return ClientTransport(Target(url, "the-api-key", "the-app-key"), sleep=waits.append, patience=patience)


def test_a_request_is_the_official_clients(server: str) -> None:
    """The body goes out as it is, with both keys and the sign of infrastructure as code."""
    _Handler.answers = [(200, {}, {"data": [1]})]
    body = {"name": "x", "an_unknown_key": {"kept": True}}
    answer = transport(server, []).request("POST", "/api/v1/slo", query=[("a", "b")], body=body)
    assert answer.body == {"data": [1]}
    ((method, path, headers, sent),) = _Handler.seen
    assert (method, path, sent) == ("POST", "/api/v1/slo?a=b", body)
    assert (headers["dd-api-key"], headers["dd-application-key"]) == ("the-api-key", "the-app-key")
    assert headers["x-datadog-managed-by"] == "iac"
    assert "datadog-api-client-python" in headers["user-agent"]


@pytest.mark.parametrize(("reset", "waited"), [("2", 2.0), ("2.5", 2.5), ("", 1.0), ("86400", 90.0)])
def test_a_busy_server_is_waited_for(server: str, reset: str, waited: float) -> None:
    """429 waits as long as the header says (seconds or fractions), never longer than a minute and a half."""
    _Handler.answers = [(429, {"X-RateLimit-Reset": reset}, {"errors": ["Rate limited"]}), (200, {}, {"ok": 1})]
    waits: list[float] = []
    assert transport(server, waits).request("POST", "/api/v1/slo", body={}).ok
    assert waits == [waited]


def test_what_broke_is_repeated_where_it_may_be_done_twice(server: str) -> None:
    """A create that came back as 502 may have been done: sending it again would make two."""
    waits: list[float] = []
    for method in ("GET", "PUT", "DELETE"):
        _Handler.answers = [(502, {}, {}), (512, {}, {}), (200, {}, {"ok": 1})]
        assert transport(server, waits).request(method, "/api/v1/slo").ok
    assert waits == [1.0, 2.0] * 3
    waits.clear()
    _Handler.answers = [(502, {}, {"errors": ["bad gateway"]})]
    answer = transport(server, waits).request("POST", "/api/v1/slo", body={})
    assert (answer.status, answer.errors) == (502, "bad gateway")
    assert waits == []


def test_a_spent_limit_is_waited_for_before_it_is_hit(server: str) -> None:
    """The last answer said that nothing is left for 7 s: the next request of that limit waits, another does not."""
    waits: list[float] = []
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "7", "X-RateLimit-Name": "slos"}
    _Handler.answers = [(200, spent, {}), (200, {}, {}), (200, {}, {})]
    sent = transport(server, waits)
    for path in ("/api/v1/slo", "/api/v1/monitor", "/api/v1/slo"):
        assert sent.request("GET", path).ok
    assert [round(each) for each in waits] == [7]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"errors": ["one", "two"]}, "one; two"),
        ({"errors": [{"title": "Bad", "detail": "because"}]}, "because"),
        ({"other": 1}, "status 400"),
    ],
)
def test_refusals_are_told_in_the_vendors_words(server: str, body: Any, words: str) -> None:
    """Both forms of error bodies read as one line."""
    _Handler.answers = [(400, {}, body)]
    assert transport(server, []).request("POST", "/api/v1/slo", body={}).errors.startswith(words)


@pytest.mark.parametrize("body", [b"", b"null", b"[" * 100_000, b"<html>", b'{"data": 5}', b"[1, []]", b'"\xff"'])
def test_what_is_no_list_is_no_empty_one(server: str, body: bytes) -> None:
    """Someone else answers there, or nobody to the end: an error, and not a plan that makes everything anew."""
    _Handler.answers = [(200, {}, body)]
    with pytest.raises(SightlineError) as caught:
        list(list_entries(transport(server, []), Kind.MONITOR))
    assert caught.value.why == "the answer is not Datadog's"


def test_nobody_there_is_an_error_with_a_way_out() -> None:
    """A refused connection is no traceback."""
    with pytest.raises(SightlineError) as caught:
        transport("http://127.0.0.1:9", []).request("GET", "/api/v1/slo")
    assert "sightline local serve" in caught.value.help


def test_keys_do_not_follow_a_redirect(server: str) -> None:
    """An API that sends us elsewhere is not followed: urllib3 would hand our keys to whoever is there."""
    _Handler.answers = [(307, {"location": f"{server}/elsewhere"}, {}), (200, {}, {"never": "asked"})]
    answer = transport(server, []).request("POST", "/api/v1/slo", body={})
    assert (answer.status, answer.headers["location"]) == (307, f"{server}/elsewhere")
    assert [path for _, path, _, _ in _Handler.seen] == ["/api/v1/slo"]


def test_silence_ends_with_what_to_do() -> None:
    """A server that takes the request and never answers: it may have been done, so the advice is to push again."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        quiet = ClientTransport(Target(address, "a", "b"), timeout_s=0.2)
        with pytest.raises(SightlineError) as caught:
            quiet.request("POST", "/api/v1/slo", body={})
    assert caught.value.why == "nothing within 0.2 s"
    assert caught.value.where == address
    assert "push again" in caught.value.help


def test_a_server_that_hangs_up_is_an_error_not_a_crash() -> None:
    """A connection that is cut before the answer is told as that."""
    with socket.create_server(("127.0.0.1", 0)) as rude:

        def hang_up() -> None:
            rude.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(SightlineError, match="no answer to POST"):
            transport(f"http://127.0.0.1:{rude.getsockname()[1]}", []).request("POST", "/api/v1/slo", body={})
        thread.join()
