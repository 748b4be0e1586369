"""How long the console and the evaluator wait for an answer on five million spans and as many log records.

    python benchmarks/query.py [--spans 5000000] [--repeat 20]

Pages are asked of the running backend over HTTP, one at a time, while nothing else happens; the sums of fifty SLOs
over thirty days are asked of the store as the evaluator does it, in this process, once the backend has ended.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from backend import Backend

from sightline_datadog.evaluate.source import SumRequest
from sightline_datadog.query import parse_metric_query, tree
from sightline_local.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

HOURS = 5
SLOS = 50
SERVICES = "['storefront', 'catalog', 'cart', 'orders', 'payments', 'fulfilment']"


def fill(directory: Path, spans: int, now: int) -> str:
    """Write spans and logs over five hours and slices over thirty days; return a trace's id."""
    Store.open(directory).close()
    connection = duckdb.connect(str(directory / "telemetry.duckdb"), config={"memory_limit": "1GB"})
    start, step = (now - HOURS * 3600) * 10**9, HOURS * 3600 * 10**9 // spans
    connection.execute(
        f"""INSERT INTO spans SELECT hash(i // 10), 7, hash(i + 1000000000),
        CASE WHEN i % 10 = 0 THEN 0 ELSE hash(i // 10 * 10 + (i % 10 - 1) // 2 + 1000000000) END,
        {SERVICES}[CAST(1 + hash(i // 10 * 3 + i % 10 // 2) % 6 AS INTEGER)],
        CASE WHEN i % 2 = 0 THEN 'flask.request' ELSE 'sqlite.query' END,
        'GET /products/' || hash(i) % 40, 'web', CASE WHEN i % 2 = 0 THEN 'server' ELSE 'client' END,
        {start} + i * {step}, 50000 + CAST(hash(i * 7) % 300000000 AS BIGINT), hash(i) % 100 = 0, i % 2 = 0,
        CASE WHEN i % 2 = 0 THEN 200 END, '/products/:sku', 'customer', NULL, 'demo', '1.4.2', 'ddtrace',
        '{{"http.method":"GET","http.route":"/products/:sku","usr.id":"' || hash(i) % 10000 || '","env":"demo"}}'
        FROM range({spans}) t(i)"""  # noqa: S608 - our own numbers
    )
    connection.execute(
        f"""INSERT INTO logs SELECT {start} + i * {step}, {SERVICES}[CAST(1 + hash(i) % 6 AS INTEGER)],
        CASE WHEN hash(i) % 50 = 0 THEN 'error' ELSE 'info' END,
        'order ' || hash(i) % 1000000 || ' handled for cart ' || hash(i * 3) % 1000 || ' in time',
        hash(i // 10), 7, hash(i + 1000000000), 'demo', '{{"logger":"shop","order":' || hash(i) % 1000000 || '}}'
        FROM range({spans}) t(i)"""  # noqa: S608 - our own numbers
    )
    connection.execute(
        f"""INSERT INTO series SELECT i + 1, 'shop.slo' || i // 2, 'count',
        ['outcome:' || CASE WHEN i % 2 = 0 THEN 'good' ELSE 'bad' END, 'service:web'] FROM range({2 * SLOS}) t(i)"""  # noqa: S608 - our own numbers
    )
    connection.execute(
        f"""INSERT INTO counts SELECT s + 1, {now - 30 * 86400} + m * 60, hash(m) % 100, false
        FROM range({30 * 1440}) t(m), range({2 * SLOS}) u(s)"""  # noqa: S608 - our own numbers
    )
    ((low,),) = connection.execute(
        "SELECT trace_lo FROM spans WHERE start_ns > ? LIMIT 1", (start + spans // 2 * step,)
    ).fetchall()
    connection.close()
    return f"{7:016x}{low:016x}"


def timed(repeat: int, work: Callable[[], object]) -> tuple[float, float]:
    """Return the median and the 95th percentile in milliseconds; the first run, cold, is not counted."""
    work()
    times = []
    for _ in range(repeat):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--spans", type=int, default=5_000_000)
    arguments.add_argument("--repeat", type=int, default=20)
    options = arguments.parse_args()
    now = int(time.time())
    with tempfile.TemporaryDirectory() as directory:
        trace_id = fill(Path(directory), options.spans, now)
        backend = Backend(Path(directory))
        connection = http.client.HTTPConnection("127.0.0.1", backend.api)

        def page(path: str) -> object:
            connection.request("GET", f"/api/local/v1{path}")
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200, (path, response.status, body[:200])
            return json.loads(body)

        hour = f"from={(now - 3600) * 1000}&to={now * 1000}"
        pages = {
            "trace by id": (f"/traces/{trace_id}", 50),
            "RED and p99 per service, 1 h": ("/overview?window=3600", 150),
            "service map, 15 min": ("/service-map?window=900", 100),
            "newest failed traces": ("/traces?error=true&limit=50", 150),
            "traces by text, 1 h": (f"/traces?q=%22usr.id%22:%2277%22&{hour}&limit=50", 300),
            "logs by text, 1 h": (f"/logs?q=order%20777&{hour}", 300),
            "logs of a service, newest": ("/logs?service=orders&limit=100", 300),
        }
        for name, (path, limit) in pages.items():
            report(name, timed(options.repeat, partial(page, path)), limit)
        print(f"{'memory':36} {backend.resident_mb:8.0f} MB")
        backend.stop()
        store = Store.open(Path(directory))
        minute = (
            "SELECT service, start_ns // 60000000000 AS minute, quantile_cont(duration_ns, 0.99) FROM spans "
            "WHERE start_ns >= ? AND entry GROUP BY ALL"
        )
        report(
            "p99 per service and minute, 1 h",
            timed(options.repeat, lambda: store.rows(minute, ((now - 3600) * 10**9,))),
            150,
        )
        requests = [
            SumRequest(parsed(f"sum:shop.slo{number}{{{which}}}.as_count()"), now - window, now)
            for number in range(SLOS)
            for which in ("outcome:good", "*")
            for window in (30 * 86400, 7 * 86400, 3600, 300)
        ]
        answers = store.source.sums(requests)
        assert all(answers), "every SLO has events in every window"
        report(f"sums of {SLOS} SLOs, 30 d", timed(options.repeat, lambda: store.source.sums(requests)), 250)
        store.close()


def parsed(text: str) -> tree.MetricQuery:
    """Parse a query of ours."""
    query, problems = parse_metric_query(text)
    assert isinstance(query, tree.MetricQuery), problems
    return query


def report(name: str, times: tuple[float, float], limit: float) -> None:
    """Print one line."""
    print(f"{name:36} median {times[0]:7.1f} ms   p95 {times[1]:7.1f} ms   target {limit:4.0f} ms")


if __name__ == "__main__":
    main()
