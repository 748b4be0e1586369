"""A receiver that is away or hangs: requests go on, a stop is a stop, and the log stays readable."""

import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from sightline_telemetry.meters.dogstatsd import Seldom

STOP = """
import sys, time
import sightline_telemetry as st
url = sys.argv[1]
telemetry = st.configure("x", mode="otel", otlp_url=url, agent_url=url, log_file="/dev/null", metrics_interval_s=60)
for _ in range(3000):
    with st.span("s"):
        pass
started = time.monotonic()
telemetry.shutdown(1.0)
print(time.monotonic() - started)
"""


@pytest.fixture(name="mute")
def _mute() -> Iterator[str]:
    """The address of a receiver that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_receiver_that_hangs_does_not_hold_up_the_end(mute: str) -> None:
    """The time that a shutdown may take is the time that it takes: whoever stops a service kills it soon after."""
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", STOP, mute], capture_output=True, text=True, timeout=60, check=True)
    assert float(done.stdout) < 3.0
    assert "Traceback" not in done.stderr
    assert time.monotonic() - started < 30


def _record(text: str) -> logging.LogRecord:
    return logging.LogRecord("datadog.dogstatsd", logging.WARNING, "", 0, "%s", (text,), None)


def test_a_line_for_each_refused_datagram_is_one_line_in_a_while() -> None:
    """The next one that is written tells how many were not."""
    now = [0.0]
    seldom = Seldom(30.0, lambda: now[0])
    assert [bool(seldom.filter(_record("refused"))) for _ in range(5)] == [True, False, False, False, False]
    now[0] = 31.0
    told = _record("refused")
    assert seldom.filter(told)
    assert told.getMessage() == "refused (4 more such lines were held back)"
