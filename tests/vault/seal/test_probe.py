"""The probe tells what it sees, whatever that is, and goes on."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.errors import SightlineError
from sightline_vault.dogstatsd import Dogstatsd
from sightline_vault.seal.failures import Failure
from sightline_vault.seal.probe import Outcome, Prober, line, probe, send

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Turned:
    """A KMS that seals by turning bytes around, or by whatever it is given."""

    def __init__(self, opened: Callable[[bytes], Any] = lambda sealed: sealed[::-1]) -> None:
        self._opened = opened

    def encrypt(self, *, KeyId: str, Plaintext: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's own words
        assert KeyId == "alias/seal"
        return {"CiphertextBlob": Plaintext[::-1]}

    def decrypt(self, *, KeyId: str, CiphertextBlob: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's own words
        assert KeyId == "alias/seal"
        return {"Plaintext": self._opened(CiphertextBlob)}


@dataclass
class Time:
    """A clock that only pauses and looks move."""

    now: float = 1000.0
    pauses: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def failing(error: BaseException) -> Callable[[], Turned]:
    def make() -> Turned:
        raise error

    return make


def test_a_key_that_works_is_told_so() -> None:
    """What comes back is what went in."""
    outcome = probe(Turned, "alias/seal", Time())
    assert (outcome.ok, outcome.failure, outcome.key, outcome.at) == (True, None, "alias/seal", 1000.0)


@pytest.mark.parametrize(
    ("make", "failure"),
    [
        (lambda: Turned(lambda _sealed: b"other"), Failure.WRONG),
        (lambda: Turned(lambda _sealed: None), Failure.OTHER),
        (failing(ConnectionRefusedError()), Failure.UNREACHABLE),
        (failing(RuntimeError("a bug in a library")), Failure.OTHER),
    ],
)
def test_no_failure_ends_the_probe(make: Callable[[], Turned], failure: Failure) -> None:
    """Other bytes, none at all, no client: each is an outcome."""
    outcome = probe(make, "alias/seal", Time())
    assert (outcome.failure, bool(outcome.why)) == (failure, True)


def test_it_looks_from_start_to_start_and_touches_its_file(tmp_path: Path) -> None:
    """A slow look shortens the pause; one slower than the interval has none. A lost folder ends nothing."""
    time, took = Time(), iter((4.0, 45.0, 0.0))
    told: list[Outcome] = []

    def look() -> Outcome:
        time.now += next(took)
        return Outcome("alias/seal", time.now, 1.0, Failure.DENIED)

    alive = tmp_path / "alive"
    prober = Prober(look, told.append, 30, time, time.sleep, alive)
    prober.run(lambda: len(told) < 2)
    assert time.pauses == [26.0, 0.0]
    assert alive.exists()
    Prober(look, told.append, 30, time, time.sleep, tmp_path / "lost" / "alive").once()
    assert len(told) == 3


def test_the_line_is_json_without_secrets() -> None:
    """Level, message and class are where Datadog looks for them."""
    told = json.loads(line(Outcome("alias/seal", 1.5, 0.25, Failure.THROTTLED, "ThrottlingException: slow"), "vault"))
    assert (told["timestamp"], told["status"], told["service"]) == (1500, "error", "vault")
    assert told["kms"] == {
        "key": "alias/seal",
        "ok": False,
        "failure": "throttled",
        "why": "ThrottlingException: slow",
        "seconds": 0.25,
    }


def test_metrics_go_to_the_agent_in_its_words() -> None:
    """Gauge, distribution and count, with the cluster's tags; an agent that is away is counted and harms nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as agent:
        agent.bind(("127.0.0.1", 0))
        agent.settimeout(5)
        port = agent.getsockname()[1]
        metrics = Dogstatsd(f"127.0.0.1:{port}", ["env:prod"])
        send(Outcome("alias/seal", 1.0, 0.25, Failure.DENIED), metrics)
        metrics.event("drill failed", "one\ntwo", alert="error")
        lines = [agent.recv(2000).decode() for _ in range(4)]
    assert lines == [
        "vault.kms.probe.ok:0|g|#env:prod",
        "vault.kms.probe.latency:0.25|d|#env:prod",
        "vault.kms.probe.failures:1|c|#env:prod,failure:denied",
        "_e{12,8}:drill failed|one\\ntwo|t:error|#env:prod",
    ]
    away = Dogstatsd("unix:///nowhere/dsd.socket")
    away.gauge("a", 1)
    assert away.lost == 1
    Dogstatsd("").gauge("a", 1)


@pytest.mark.parametrize("address", ["http://agent", "agent:port", "unix://"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """Before the first look, not at it."""
    with pytest.raises(SightlineError, match="no address of DogStatsD"):
        Dogstatsd(address)
