"""Runs the scenario in one mode against fresh receivers, and keeps all that came of it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sightline_core.loopback import without_vendor_env
from sightline_telemetry import traffic

from .receivers import Receiver, Span, receiver

KEY = "test-traffic-key"
W3C_TRACE = "0af7651916cd43dd8448eb211c80319c"
W3C_PARENT = "b7ad6b7169203331"
DD_64 = 0x1234567890ABCDEF
FAR = 4102444800

type_load = traffic.mint("load", KEY, FAR)
REQUESTS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("health", "GET", "/healthz", {}),
    ("plain", "GET", "/ok/1", {}),
    ("w3c", "GET", "/ok/2", {"traceparent": f"00-{W3C_TRACE}-{W3C_PARENT}-01"}),
    (
        "dd64",
        "GET",
        "/ok/3",
        {
            "x-datadog-trace-id": str(DD_64),
            "x-datadog-parent-id": "77",
            "x-datadog-sampling-priority": "1",
        },
    ),
    (
        "dd128",
        "GET",
        "/ok/4",
        {
            "x-datadog-trace-id": str(DD_64),
            "x-datadog-parent-id": "77",
            "x-datadog-sampling-priority": "1",
            "x-datadog-tags": "_dd.p.tid=6b041a5700000000",
        },
    ),
    ("load", "GET", "/ok/5", {traffic.HEADER: type_load}),
    ("forged", "GET", "/ok/6", {traffic.HEADER: f"synthetic.{FAR}.{'0' * 64}"}),
    ("expired", "GET", "/ok/7", {traffic.HEADER: traffic.mint("load", KEY, 1)}),
    ("missing", "GET", "/nowhere/8", {}),
    ("boom", "GET", "/boom", {}),
    ("sql", "GET", "/sql", {}),
    ("call", "GET", "/call", {traffic.HEADER: type_load}),
    ("secrets", "GET", "/secrets?card=4111111111111111&password=canary-hunter2-password&token=canary-url-token-1", {}),
    ("publish", "POST", "/publish", {traffic.HEADER: type_load}),
    ("method", "BREW", "/ok/9", {}),
)


@dataclass(frozen=True)
class Run:
    """One run of the scenario."""

    mode: str
    seen: Mapping[str, Any]
    lines: Sequence[dict[str, Any]]
    raw_log: bytes
    stderr: str
    received: Receiver

    @property
    def spans(self) -> list[Span]:
        return self.received.spans()

    def span_of(self, ids: Sequence[str]) -> Span:
        """The stored span with these ids."""
        return next(span for span in self.spans if [span.trace_id, span.span_id] == list(ids))

    def trace(self, trace_id: str) -> list[Span]:
        return [span for span in self.spans if span.trace_id == trace_id]

    def where(self, **fields: Any) -> list[dict[str, Any]]:
        """The lines with these fields."""
        return [line for line in self.lines if all(line.get(key) == value for key, value in fields.items())]


def run(mode: str, folder: Path, redis_socket: str = "", **env: str) -> Run:
    """Run the scenario once."""
    log = folder / f"{mode}.jsonl"
    with receiver() as state:
        process = subprocess.run(
            [sys.executable, "-m", "tests.telemetry.scenario"],
            env={
                **without_vendor_env(os.environ),
                "SIGHTLINE_TELEMETRY": mode,
                "SIGHTLINE_ENV": "test",
                "SIGHTLINE_VERSION": "1.2.3",
                "SIGHTLINE_AGENT_URL": state.url,
                "SIGHTLINE_OTLP_URL": state.url,
                "SIGHTLINE_DOGSTATSD": state.dogstatsd,
                "SIGHTLINE_LOG_FILE": str(log),
                "SIGHTLINE_TRAFFIC_KEY": KEY,
                "SCENARIO_PEER": state.url,
                "SCENARIO_BROKER": redis_socket,
                "SCENARIO_REQUESTS": json.dumps([one for one in REQUESTS if redis_socket or one[0] != "publish"]),
                **env,
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert process.returncode == 0, process.stderr
    raw = log.read_bytes()
    return Run(
        mode=mode,
        seen=json.loads(process.stdout.splitlines()[-1]),
        lines=[json.loads(line) for line in raw.splitlines()],
        raw_log=raw,
        stderr=process.stderr,
        received=state,
    )
