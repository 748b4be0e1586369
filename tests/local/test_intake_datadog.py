"""DogStatsD, logs and series, spoken by the vendor's own clients; garbage on the sockets is counted."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import re
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from datadog.dogstatsd import DogStatsd

from .kit import running, total, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .kit import Running

# The client's classes declare no types.
datadog_api_client: Any = importlib.import_module("datadog_api_client")
logs_api: Any = importlib.import_module("datadog_api_client.v2.api.logs_api")
metrics_api: Any = importlib.import_module("datadog_api_client.v2.api.metrics_api")


def model(name: str) -> Any:
    """Return a class of the client; all of them at once take seconds to import."""
    module = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    return getattr(importlib.import_module(f"datadog_api_client.v2.model.{module}"), name)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A backend that also listens on a Unix socket and follows files."""
    folder = tmp_path_factory.mktemp("sockets")
    with running(folder / "data", dogstatsd_socket=folder / "dsd.sock", tails=(str(folder / "*.log"),)) as found:
        found.addresses["folder"] = str(folder)
        yield found


@contextlib.contextmanager
def client(backend: Running, kind: str) -> Iterator[Any]:
    """Give the vendor's client, by UDP or by Unix socket."""
    where: dict[str, Any] = {"host": "127.0.0.1", "port": backend.port("dogstatsd")}
    if kind == "uds":
        # A Unix socket holds ten datagrams; without a timeout the client throws away what comes while it is full.
        where = {"socket_path": backend.addresses["dogstatsd_socket"], "socket_timeout": 5}
    made = DogStatsd(**where, disable_telemetry=True, disable_buffering=True, origin_detection_enabled=False)
    try:
        yield made
    finally:
        made.close_socket()


@pytest.mark.parametrize("kind", ["udp", "uds"])
def test_the_vendors_client_is_understood(both: Running, kind: str) -> None:
    """Counts with rates, gauges, distributions, sets, events, service checks; each line is counted."""
    counter = f"dogstatsd.{kind}"
    before = both.counters[counter]
    tags = [f"by:{kind}", "env:demo"]
    with client(both, kind) as sender:
        for _ in range(10):
            sender.increment("carts", 2, tags=tags)
        sender.gauge("depth", 7.5, tags=tags)
        for value in (0.1, 0.2, 0.3):
            sender.distribution("lasted", value, tags=tags)
        for user in ("a", "b", "a"):
            sender.set("users", user, tags=tags)
        sender.event(f"Deployed {kind}", "version 2", alert_type="warning", tags=tags)
        sender.service_check("db", 2, tags=tags, message="gone")
    until(lambda: both.counters[counter]["received"] == before["received"] + 19)
    assert both.counters[counter]["stored"] == before["stored"] + 19
    assert total(both.store, f"sum:carts{{by:{kind}}}.as_count()") == 20
    assert total(both.store, f"sum:lasted{{by:{kind}}}") == pytest.approx(0.6)
    assert total(both.store, f"count(v: v<=0.2):lasted{{by:{kind}}}") == 2
    assert both.count("logs", f"message LIKE 'Deployed {kind}%' AND level = 'warning'") == 1
    assert both.count("logs", "message = 'db is CRITICAL gone' AND level = 'error'") >= 1


def test_a_count_with_its_own_time_replaces(both: Running) -> None:
    """A bucket that is sent again after a crash is no second one."""
    at, before = int(time.time()) - 60, both.counters["dogstatsd.uds"]["received"]
    with client(both, "uds") as sender:
        for value in (3, 3, 5):
            sender.count_with_timestamp("paid", value, at, tags=["env:demo"])
    until(lambda: both.counters["dogstatsd.uds"]["received"] == before + 3)
    assert total(both.store, "sum:paid{*}.as_count()") == 5


GARBAGE = (
    b"\xff\xfe", b"", b"\n\n", b"hits", b"hits:1", b"hits:1|x", b"hits:nan|c", b"hits:inf|g", b"hits:1e999|d",
    "hits:1|c|T²".encode(), b"hits:1|c|@0", b"hits:1|c|@1e-320", b"_e{9999,1}:a|b", b"_e{" + b"9" * 5000 + b",1}:a|b",
    b"_sc|db|9", b"hits:" + b"1:" * 5000 + b"x|d", b"hits:1|c|#" + b"a:b,c:" * 2000, bytes(range(256)) * 20,
    b"a" * 60000,
)  # fmt: skip


@pytest.mark.parametrize("kind", ["udp", "uds"])
def test_garbage_on_a_socket_is_counted_and_the_next_line_is_read(both: Running, kind: str) -> None:
    """Nobody can be answered there: what was not understood is in the numbers."""
    counter = f"dogstatsd.{kind}"
    before = both.counters[counter]
    family = socket.AF_INET if kind == "udp" else socket.AF_UNIX
    where: Any = ("127.0.0.1", both.port("dogstatsd")) if kind == "udp" else both.addresses["dogstatsd_socket"]
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        for data in GARBAGE:
            sender.sendto(data, where)
        sender.sendto(f"alive.{kind}:1|c".encode(), where)
    until(lambda: total(both.store, f"sum:alive.{kind}{{*}}") == 1)
    after = both.counters[counter]
    assert after["rejected"] - before["rejected"] >= len(GARBAGE) - 3
    assert after["received"] == after["stored"] + after["dropped"] + after["rejected"]


@pytest.mark.parametrize("kind", ["udp", "uds"])
def test_a_datagram_that_breaks_the_parser_does_not_end_the_reading(
    both: Running, kind: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Even what nobody foresaw is counted and logged, and the next datagram is read."""

    def broken(*_: Any) -> bool:
        raise ZeroDivisionError("nobody foresaw it")

    before = both.counters[f"dogstatsd.{kind}"]["rejected"]
    with monkeypatch.context() as patch, client(both, kind) as sender:
        patch.setattr("sightline_local.intake.dogstatsd.Dogstatsd._metric", broken)
        sender.increment("carts")
        until(lambda: both.counters[f"dogstatsd.{kind}"]["rejected"] == before + 1)
    assert "nobody foresaw it" in caplog.text
    with client(both, kind) as sender:
        sender.increment(f"after.{kind}")
    until(lambda: total(both.store, f"sum:after.{kind}{{*}}") == 1)


def test_garbage_in_a_followed_file_is_a_message(both: Running) -> None:
    """Lines that are no JSON, nested too deep or endless do not end the following."""
    path = Path(both.addresses["folder"]) / "shop.log"
    deep = b'{"message":"deep","a":' + b"[" * 300 + b"]" * 300 + b"}"
    lines = [
        b"\xff\xfe no text",
        deep,
        b'{"timestamp":"\xc2\xb2"}',
        b"[" * 5000,
        b"x" * 1_200_000,
        b'{"message":"last"}',
    ]
    path.write_bytes(b"\n".join(lines) + b"\n")
    until(lambda: both.count("logs", "service = 'shop' AND message = 'last'") == 1)
    assert both.count("logs", "service = 'shop'") == 5
    assert both.counters["tail.logs"]["rejected"] >= 1


@pytest.fixture
def vendor(both: Running) -> Iterator[Any]:
    settings = datadog_api_client.Configuration(host=both.addresses["api"])
    settings.api_key |= {"apiKeyAuth": "any", "appKeyAuth": "any"}
    with datadog_api_client.ApiClient(settings) as made:
        yield made


@pytest.mark.parametrize("packing", ["identity", "gzip", "deflate"])
def test_logs_of_the_vendors_client(both: Running, vendor: Any, packing: str) -> None:
    """`/api/v2/logs` in each of its encodings; `ddtags` are fields, a JSON message is the record."""
    item = model("HTTPLogItem")(
        message=orjson.dumps({"message": f"sold {packing}", "level": "WARN", "trace_id": "0" * 30 + "ff"}).decode(),
        ddtags="env:demo,team:shop",
        ddsource="python",
        service="till",
    )
    logs_api.LogsApi(vendor).submit_log(
        body=model("HTTPLog")([item]), content_encoding=model("ContentEncoding")(packing)
    )
    assert both.count("logs", f"message = 'sold {packing}' AND level = 'warning' AND trace_lo = 255") == 1
    found = both.api("GET", "/api/local/v1/logs?service=till")["logs"][0]
    assert found["attributes"]["team"] == "shop"


@pytest.mark.parametrize("packing", ["identity", "gzip", "deflate"])
def test_series_of_the_vendors_client(both: Running, vendor: Any, packing: str) -> None:
    """`/api/v2/series`: counts replace what their second held, rates are counts of their interval."""
    now = int(time.time())
    for _ in range(2):
        for kind, value, interval in ((1, 4.0, 10), (2, 0.5, 20), (3, 7.0, 0)):
            series = model("MetricSeries")(
                metric=f"sent.{packing}.{kind}",
                type=model("MetricIntakeType")(kind),
                interval=interval,
                points=[model("MetricPoint")(timestamp=now, value=value)],
                tags=["env:demo"],
            )
            metrics_api.MetricsApi(vendor).submit_metrics(
                body=model("MetricPayload")(series=[series]), content_encoding=model("MetricContentEncoding")(packing)
            )
    assert total(both.store, f"sum:sent.{packing}.1{{*}}.as_count()") == 4
    assert total(both.store, f"sum:sent.{packing}.2{{env:demo}}.as_count()") == 10
    assert total(both.store, f"avg:sent.{packing}.3{{*}}") == 7


def test_joined_gzip_members_are_one_body(both: Running) -> None:
    """A concatenation of gzip files is a gzip file; nothing behind the first is lost."""
    body = gzip.compress(b'[{"message":"first"},') + gzip.compress(b'{"message":"second"}]')
    assert both.send("api", "POST", "/api/v2/logs", body, content_encoding="gzip").status == 202
    assert both.count("logs", "message IN ('first', 'second')") == 2
