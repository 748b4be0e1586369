"""Histories from files, from Prometheus' API, from Datadog's and from the local backend."""

from __future__ import annotations

import http.server
import json
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import duckdb
import numpy as np
import pytest

from sightline_core.errors import SightlineError
from sightline_datadog.transport import Answer
from sightline_slo.backtesting.opening import open_source
from sightline_slo.backtesting.sources.datadog import SPAN_S, Datadog
from sightline_slo.backtesting.sources.parquet_file import ParquetFile
from sightline_slo.backtesting.sources.prometheus import Prometheus
from sightline_slo.model import Backend
from tests.slo.alarming import APART, NOON, slo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sightline_slo.backtesting.history import History
    from sightline_slo.backtesting.sources import Source
    from tests.slo.backend import Backend as Local


def read(source: Source, **chosen: Any) -> History:
    found = source.history(slo(**chosen), Backend.PROMETHEUS)
    assert found is not None
    return found


def opened(path: Path) -> Source:
    return open_source(str(path), 0, 0)


@pytest.mark.parametrize(
    "text",
    [
        f"time,bad,total\n{NOON},1,10\n{NOON + 60},0,20\n{NOON + 180},2,30\n",
        f"total,time,good\n10,{NOON}000,9\n20,{NOON + 60}000,20\n30,{NOON + 180}000,28\n",
        (
            "time,slo,bad,total\n2026-01-01T12:00:00Z,pay-success,1,10\n2026-01-01T12:01,pay-success,0,20\n"
            "2026-01-01T13:03+01:00,pay-success,2,30\n2026-01-01T12:01,other,5,5\n"
        ),
    ],
)
def test_csv_files_of_every_spelling_are_one_history(text: str, tmp_path: Path) -> None:
    """Seconds, milliseconds, ISO; bad or good; one SLO or several; a minute without a row holds nothing."""
    file = tmp_path / "history.csv"
    file.write_text(text)
    made = read(opened(file))
    assert (made.start, made.bad.tolist(), made.total.tolist()) == (NOON, [1, 0, 0, 2], [10, 20, 0, 30])


def test_a_file_of_other_slos_knows_nothing_of_this_one(tmp_path: Path) -> None:
    """None, which the command says."""
    file = tmp_path / "history.csv"
    file.write_text(f"time,slo,bad,total\n{NOON},other,1,10\n")
    assert opened(file).history(slo(), Backend.DATADOG) is None


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.csv", "time,total\n1,2\n", "no column bad"),
        ("x.csv", "when,bad\n1,2\n", "no column time and no column total"),
        ("x.csv", "time,bad,total\n1,2\n", "a line cannot be read"),
        ("x.csv", "time,bad,total\nyesterday,1,2\n", "a line cannot be read"),
        ("x.csv", "time,bad,total\n", "holds no row"),
        ("x.csv", "time,bad,total\n60,-1,2\n", "this is no history"),
        ("x.json", "{}", "no answer of query_range"),
        ("x.parquet", "PAR?", "cannot be read"),
        ("x.txt", "", "nothing says what this history is"),
    ],
)
def test_what_is_no_history_says_why(name: str, text: str, said: str, tmp_path: Path) -> None:
    """With the file and, where there is one, the line."""
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(SightlineError) as caught:
        opened(file).history(slo(), Backend.DATADOG)
    assert said in caught.value.message
    assert str(file) in caught.value.where


def test_a_file_that_is_not_there_is_said() -> None:
    """No traceback."""
    with pytest.raises(SightlineError, match="cannot be read"):
        open_source("nowhere.csv", 0, 0)


@pytest.mark.parametrize("time_column", ["to_timestamp(s)", "s"])
def test_parquet_files_are_read_an_slo_at_a_time(time_column: str, tmp_path: Path) -> None:
    """Time stamps and seconds alike."""
    file = tmp_path / "history.parquet"
    rows = f"(VALUES ({NOON}, 'pay-success', 1, 10), ({NOON + 60}, 'pay-success', 0, 20), ({NOON}, 'other', 3, 3))"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT {time_column} AS time, k AS slo, b AS bad, t AS total FROM {rows} x(s, k, b, t)) "  # noqa: S608 - our own words
            f"TO '{file}' (FORMAT parquet)"
        )
    made = read(opened(file))
    assert (made.start, made.bad.tolist(), made.total.tolist()) == (NOON, [1, 0], [10, 20])


def test_a_parquet_file_is_scanned_once_for_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the order of its rows; each gets its own, a wrong one is named, one that is not there is none."""
    file = tmp_path / "history.parquet"
    rows = ", ".join(
        f"({NOON + 60 * minute}, 'pay-{name}', {bad}, {10 + number})"
        for minute in range(3)
        for number, (name, bad) in enumerate([("a", 1), ("b", 2), ("wrong", -1), ("c", 3)])
    )
    with duckdb.connect() as connection:
        table = f"(VALUES {rows}) x(time, slo, bad, total)"
        connection.execute(f"COPY (SELECT * FROM {table}) TO '{file}' (FORMAT parquet)")  # noqa: S608 - our own words
    source = ParquetFile(file)
    wanted = {name: replace(slo(), name=name) for name in ("c", "gone", "wrong", "a", "b")}
    source.expect(list(wanted.values()))
    scans: list[int] = []
    scan = ParquetFile._histories

    def counted(self: ParquetFile, keys: Sequence[str]) -> Iterator[tuple[str, History | ValueError]]:
        scans.append(len(keys))
        return scan(self, keys)

    monkeypatch.setattr(ParquetFile, "_histories", counted)
    for name, number in (("c", 3), ("a", 0), ("b", 1)):
        found = source.history(wanted[name], Backend.DATADOG)
        assert found is not None
        assert (found.bad.tolist(), found.total.tolist()) == ([[1, 2, 0, 3][number]] * 3, [10 + number] * 3)
    assert source.history(wanted["gone"], Backend.DATADOG) is None
    with pytest.raises(SightlineError, match="no history") as caught:
        source.history(wanted["wrong"], Backend.DATADOG)
    assert caught.value.where.endswith("pay-wrong")
    assert scans == [5]
    assert source.history(replace(slo(), name="b"), Backend.DATADOG) is not None


def test_a_saved_answer_of_query_range_is_a_history(tmp_path: Path) -> None:
    """Values are events in the minute before their moment."""
    series = [
        {"metric": {"count": "good", "slo": "pay-success"}, "values": [[NOON + 60, "9"], [NOON + 120, "20"]]},
        {"metric": {"count": "total"}, "values": [[NOON + 60, "10"], [NOON + 120, "20"]]},
        {"metric": {"count": "total", "slo": "other"}, "values": [[NOON + 60, "77"]]},
    ]
    file = tmp_path / "answer.json"
    file.write_text(json.dumps({"status": "success", "data": {"resultType": "matrix", "result": series}}))
    made = read(opened(file))
    assert (made.start, made.bad.tolist(), made.total.tolist()) == (NOON, [1, 0], [10, 20])


class RangeServer(http.server.BaseHTTPRequestHandler):
    """Answers `query_range` as Prometheus' documentation says, with a rate that the query's name chooses."""

    asked: list[dict[str, str]] = []  # noqa: RUF012 - filled by the server's threads, read by the test

    def do_POST(self) -> None:
        """Answer a range."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = {key: value[0] for key, value in parse_qs(body).items()}
        self.asked.append(fields)
        start, end, step = (int(fields[each]) for each in ("start", "end", "step"))
        per_minute = 3 if "failed" in fields["query"] else 600
        values = [[second, str(per_minute / 60)] for second in range(start, end + 1, step)]
        self._say({"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {}, "values": values}]}})

    def _say(self, answer: object) -> None:
        text = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_arguments: object) -> None: ...


@pytest.fixture
def prometheus() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), RangeServer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    RangeServer.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_prometheus_is_asked_for_every_minute_in_answers_that_it_gives(prometheus: str) -> None:
    """Ten days are 14,400 points: two questions a query, for the rates of the SLI's own queries."""
    source = Prometheus(prometheus, NOON, NOON + 10 * 86400)
    made = read(source, prometheus=APART)
    assert len(made.total) == 14_400
    assert np.allclose(made.total, 600)
    assert np.allclose(made.bad, 3)
    assert len(RangeServer.asked) == 4
    assert {each["query"] for each in RangeServer.asked} == {
        'sum(rate(failed{job="pay"}[2m]))',
        'sum(rate(tried{job="pay"}[2m]))',
    }
    assert RangeServer.asked[0]["start"] == str(NOON + 60), "a minute's events are known at its end"


@pytest.mark.parametrize(
    ("address", "said"),
    [("http://127.0.0.1:9", "does not answer"), ("ftp://127.0.0.1", "no address of a Prometheus")],
)
def test_a_prometheus_that_does_not_answer_is_said(address: str, said: str) -> None:
    """With its address."""
    with pytest.raises(SightlineError, match=said):
        read(Prometheus(address, NOON, NOON + 600))


class Scripted:
    """Datadog: a point of 10 a minute for the total and 1 for the failures, and a rate limit."""

    def __init__(self, remaining: Sequence[int]) -> None:
        self.remaining = list(remaining)
        self.spans: list[tuple[str, int, int]] = []

    def request(self, method: str, path: str, *, query: Sequence[tuple[str, str]] = (), body: object = None) -> Answer:
        assert (method, path, body) == ("GET", "/api/v1/query", None)
        fields = dict(query)
        begin, end = int(fields["from"]), int(fields["to"])
        self.spans.append((fields["query"], begin, end))
        value = 1.0 if "some" in fields["query"] else 10.0
        points = [[second * 1000, value] for second in range(begin, end, 60)]
        left = self.remaining.pop(0) if self.remaining else 1000
        headers = {"x-ratelimit-remaining": str(left), "x-ratelimit-reset": "7"}
        return Answer(200, {"series": [{"pointlist": points}]}, headers, "datadog")


def test_datadogs_history_is_kept_and_its_rate_limit_too(tmp_path: Path) -> None:
    """The second run asks for nothing; where two questions are left, it waits for the reset that the headers say."""
    start = NOON - 400 * 86400
    waits: list[float] = []
    transport = Scripted([50, 2, 50, 0])
    source = Datadog(transport, "datadog", start, start + 2 * SPAN_S, tmp_path, waits.append)
    found = source.history(slo(), Backend.DATADOG)
    assert found is not None
    assert (found.bad.sum(), found.total.sum()) == (2 * SPAN_S / 60, 2 * SPAN_S / 6)
    assert len(transport.spans) == 4
    assert waits == [7.0, 7.0]
    assert all(text.endswith(".rollup(sum, 60)") for text, _, _ in transport.spans)
    again = Datadog(Scripted([]), "datadog", start, start + 2 * SPAN_S, tmp_path)
    same = again.history(slo(), Backend.DATADOG)
    assert again.asked == 0
    assert same is not None
    assert (same.bad == found.bad).all()


def test_what_is_not_over_yet_is_asked_again(tmp_path: Path) -> None:
    """Late points may still come: nothing of the last hour is kept."""
    end = int(time.time()) // 60 * 60
    source = Datadog(Scripted([]), "datadog", end - 600, end, tmp_path)
    source.history(slo(), Backend.DATADOG)
    source.history(slo(), Backend.DATADOG)
    assert source.asked == 4
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_was_cut_short_is_asked_anew(tmp_path: Path) -> None:
    """And repaired."""
    start = NOON - 400 * 86400
    Datadog(Scripted([]), "datadog", start, start + 600, tmp_path).history(slo(), Backend.DATADOG)
    for each in tmp_path.iterdir():
        each.write_text("[[1")
    source = Datadog(Scripted([]), "datadog", start, start + 600, tmp_path)
    assert source.history(slo(), Backend.DATADOG) is not None
    assert source.asked == 2


def test_the_local_backend_is_a_source(backend: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was sent to it comes back a minute at a time, by the very queries of the SLI."""
    now = int(time.time()) // 60 * 60
    minutes = range(now - 1200, now - 600, 60)
    series = [
        {
            "metric": metric,
            "type": 1,
            "points": [{"timestamp": second + 5, "value": value} for second in minutes],
            "tags": ["source:backtest"],
        }
        for metric, value in (("pay.some", 2), ("pay.tried", 40))
    ]
    backend.call("POST", "/api/v2/series", {"series": series})
    monkeypatch.setenv("DD_HOST", backend.address)
    source = open_source("local", now - 1800, now)
    until = time.monotonic() + 20
    while (found := source.history(slo(), Backend.DATADOG)) is None or found.total.sum() < 400:
        assert time.monotonic() < until, found
        time.sleep(0.2)
    assert found.total[10:20].tolist() == [40.0] * 10
    assert found.bad[10:20].tolist() == [2.0] * 10
    assert found.total.sum() == 400
