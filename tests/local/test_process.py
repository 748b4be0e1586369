"""The real process: killed while it takes data, started twice, with broken files, on a full disk."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from . import examples
from .kit import until

if TYPE_CHECKING:
    from collections.abc import Iterator

PORTS = ("--api-port=0", "--agent-port=0", "--otlp-port=0", "--dogstatsd-port=0")


def command(data: Path, *options: str) -> list[str]:
    return [str(Path(sys.executable).with_name("sightline")), "local", "serve", f"--data={data}", *PORTS, *options]


class Process:
    """`sightline local serve`."""

    def __init__(self, data: Path, **options: Any) -> None:
        begun = time.monotonic()
        self.process = subprocess.Popen(
            command(data), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.ended()
        self.addresses: dict[str, Any] = json.loads(line)
        self.start_s = time.monotonic() - begun
        self.pool = urllib3.PoolManager(maxsize=4)

    def send(self, app: str, method: str, path: str, body: bytes = b"") -> urllib3.BaseHTTPResponse:
        return self.pool.request(method, self.addresses[app] + path, body=body, retries=False, timeout=30)

    def get(self, path: str) -> Any:
        return json.loads(self.send("api", "GET", path).data)

    def ended(self) -> str:
        _, errors = self.process.communicate(timeout=30)
        return str(errors)


@contextlib.contextmanager
def process(data: Path, **options: Any) -> Iterator[Process]:
    made = Process(data, **options)
    try:
        yield made
    finally:
        made.pool.clear()
        with contextlib.suppress(ProcessLookupError):
            made.process.terminate()
        made.ended()


@pytest.mark.slow
def test_a_kill_loses_nothing_that_was_flushed_and_reopening_is_quick(tmp_path: Path) -> None:
    """Killed with signal 9 while two senders fill it: every trace that could be read before is there after."""
    body = {number: examples.v04(*(examples.v04_span(trace_id=number, span_id=each) for each in range(1, 201)))
            for number in range(1, 400)}  # fmt: skip
    acknowledged: list[int] = []
    with process(tmp_path) as first:
        slo = json.loads(first.send("api", "POST", "/api/v1/slo", json.dumps(examples.slo()).encode()).data)

        def fill(numbers: range) -> None:
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                for number in numbers:
                    if first.send("agent", "PUT", "/v0.4/traces", body[number]).status == 200:
                        acknowledged.append(number)  # noqa: PERF401 - the other thread reads it meanwhile

        senders = [threading.Thread(target=fill, args=(range(at, 400, 2),)) for at in (1, 2)]
        for sender in senders:
            sender.start()
        until(lambda: len(acknowledged) > 60)
        # What a reader sees is committed; every trace that was acknowledged by now is, a little later.
        flushed = list(acknowledged)
        until(
            lambda: all(first.send("api", "GET", f"/api/local/v1/traces/{each}").status == 200 for each in flushed[-4:])
        )
        first.process.send_signal(signal.SIGKILL)
        for sender in senders:
            sender.join()
        assert first.process.wait(10) == -signal.SIGKILL
    with process(tmp_path) as second:
        for number in flushed:
            assert len(second.get(f"/api/local/v1/traces/{number}")["spans"]) == 200
        assert second.get(f"/api/v1/slo/{slo['data'][0]['id']}")["data"]["name"] == "Checkout works"
        assert second.send("agent", "PUT", "/v0.4/traces", examples.v04()).status == 200


@pytest.mark.slow
def test_a_second_process_on_the_same_data_says_who_has_it(tmp_path: Path) -> None:
    """It ends with 2 and a frame that names the first; the first goes on."""
    with process(tmp_path) as first:
        done = subprocess.run(command(tmp_path), check=False, capture_output=True, text=True, timeout=30)
        assert done.returncode == 2
        assert f"process {first.process.pid}" in done.stderr
        assert "--data" in done.stderr
        assert first.get("/healthz") == {"status": "ok"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["telemetry.duckdb", "config.sqlite"])
def test_a_broken_file_ends_the_start_with_a_way_out(tmp_path: Path, name: str) -> None:
    """Path, reason and advice instead of a traceback."""
    (tmp_path / name).write_bytes(b"this is no database" * 1000)
    done = subprocess.run(command(tmp_path), check=False, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (2, "")
    assert name in done.stderr
    assert "help" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_full_disk_is_said_refused_and_survived(tmp_path: Path) -> None:
    """Health turns red, the queue fills and refuses; with room again all that was acknowledged is stored."""

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, resource.RLIM_INFINITY))

    spans = [examples.v04_span(span_id=each, trace_id=5, resource=os.urandom(200).hex()) for each in range(1, 5001)]
    body, acknowledged, refused = examples.v04(*spans), 0, 0
    with process(tmp_path, preexec_fn=small) as found:
        while not refused:
            answer = found.send("agent", "PUT", "/v0.4/traces", body)
            assert answer.status in {200, 503}
            acknowledged += answer.status == 200
            refused += answer.status == 503
            assert acknowledged < 100
        health = found.send("api", "GET", "/healthz")
        assert (health.status, b"File too large" in health.data) == (503, True)
        assert found.get("/api/local/v1/traces")["traces"] is not None
        resource.prlimit(found.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        until(lambda: found.send("api", "GET", "/healthz").status == 200)
        counter = found.get("/api/local/v1/counters")["protocols"]["ddtrace.v0.4"]
        assert (counter["stored"], counter["dropped"]) == (acknowledged * 5000, refused * 5000)

        def stored() -> int:
            now = int(time.time())
            asked = f"/api/v1/query?query=sum:trace.flask.request.hits{{*}}.as_count()&from={now - 3600}&to={now + 60}"
            return int(sum(value for each in found.get(asked)["series"] for _, value in each["pointlist"]))

        until(lambda: stored() == acknowledged * 5000)


@pytest.mark.slow
def test_sigterm_writes_what_is_left_and_ends_with_success(tmp_path: Path) -> None:
    """What was acknowledged a moment ago is there after a clean restart."""
    with process(tmp_path) as first:
        assert first.send("agent", "PUT", "/v0.4/traces", examples.v04(examples.v04_span(trace_id=31))).status == 200
        first.process.terminate()
        assert first.process.wait(20) == 0
    with process(tmp_path) as second:
        assert len(second.get("/api/local/v1/traces/31")["spans"]) == 1


def test_a_directory_that_cannot_be_used_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    """A file stands where the directory should be."""
    (tmp_path / "file").write_text("")
    done = subprocess.run(command(tmp_path / "file" / "data"), check=False, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert "directory cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
