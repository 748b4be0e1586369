"""An apply of fifty objects over HTTP, cut off at every single request: the next run completes it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sightline_core.errors import SightlineError
from sightline_datadog.directory import write
from sightline_datadog.documents import Kind
from sightline_datadog.settings import Target
from sightline_datadog.sync.apply import Outcome, apply
from sightline_datadog.sync.plan import Action, plan
from sightline_datadog.sync.remote import read_remote
from sightline_datadog.transport import ClientTransport
from tests.datadog import mixed

from .kit import Running, running, until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_datadog.sync.remote import RemoteObject
    from sightline_datadog.wire import Answer

ALL = tuple(Kind)
DOCUMENTS = mixed.documents()


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class Mortal:
    """A transport whose process dies after the n-th request was answered, before anybody reads the answer."""

    def __init__(self, address: str, dies_at: int = 0) -> None:
        self._inner = ClientTransport(Target(address, "local", "local"), sleep=lambda _seconds: None)
        self._dies_at = dies_at
        self.requests = 0
        self._under_way = 0
        self._dead = False
        self._lock = threading.Lock()

    def request(self, method: str, path: str, *, query: Sequence[tuple[str, str]] = (), body: object = None) -> Answer:
        """Answer, and maybe die."""
        with self._lock:
            if self._dead:
                raise Killed
            self.requests += 1
            self._under_way += 1
            number = self.requests
        try:
            answer = self._inner.request(method, path, query=query, body=body)
        finally:
            with self._lock:
                self._dead = self._dead or number == self._dies_at
                self._under_way -= 1
        if self._dead:
            raise Killed
        return answer

    def silent(self) -> bool:
        """Whether nothing that it sent is under way."""
        return self._under_way == 0


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A whole backend that is emptied between the crashes."""
    with running(tmp_path_factory.mktemp("crash")) as found:
        yield found


def empty(backend: Running) -> None:
    backend.api("PUT", "/api/local/v1/faults", {"faults": []})
    for kind in ("slo", "slo_correction", "monitor", "synthetics", "downtime", "notification_rule", "powerpack"):
        _forget(backend, kind)
    for kind in ("dashboard", "deployment_gate", "deployment_rule"):
        _forget(backend, kind)


def _forget(backend: Running, kind: str) -> None:
    with backend.backend.objects._database.transaction() as db:
        db.execute("DELETE FROM object WHERE kind = ?", (kind,))


def seen(transport: Mortal) -> list[RemoteObject]:
    return read_remote(transport, DOCUMENTS, ALL, project="shop", workers=4)


def applied(transport: Mortal) -> tuple[Outcome, ...]:
    planned = plan(DOCUMENTS, seen(transport), project="shop", kinds=ALL)
    return apply(planned, transport, workers=4, pause=lambda _seconds: None)


def holds_each_once(backend: Running) -> None:
    transport = Mortal(backend.addresses["api"])
    found = seen(transport)
    counts = Counter(str(each.mark) for each in found if each.mark is not None)
    assert set(counts.values()) == {1}, counts
    assert len(counts) == len(DOCUMENTS) - 1, "the gate has no mark"
    planned = plan(DOCUMENTS, found, project="shop", kinds=ALL)
    assert planned.empty, [(each.name, each.fields) for each in planned.changes if each.action is not Action.KEEP]


def test_all_of_it_is_made_and_the_next_plan_is_empty(backend: Running) -> None:
    """Each kind as the local backend takes it, defaults and rewrites included."""
    empty(backend)
    assert [each.error for each in applied(Mortal(backend.addresses["api"])) if each.error] == []
    holds_each_once(backend)


@pytest.mark.slow
def test_a_process_that_dies_at_any_request_is_completed_by_the_next(backend: Running) -> None:
    """After each request's commit and before its answer: which is also before the next one is sent."""
    empty(backend)
    whole = Mortal(backend.addresses["api"])
    applied(whole)
    for number in range(1, whole.requests + 1):
        empty(backend)
        mortal = Mortal(backend.addresses["api"], number)
        with pytest.raises(Killed):
            applied(mortal)
        # What a dead process had sent already still arrives; nobody starts the next one faster than that.
        until(mortal.silent)
        assert not any(each.error for each in applied(Mortal(backend.addresses["api"])))
        holds_each_once(backend)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "step"), [("cut", 1), ("cut-after", 1), ("502-after", 4), ("512", 4)])
def test_a_server_that_fails_at_any_request_is_borne_or_asked_again(backend: Running, kind: str, step: int) -> None:
    """A connection cut before the deed or after it, at every request; a 502 after it and an overload, at some."""
    empty(backend)
    whole = Mortal(backend.addresses["api"])
    applied(whole)
    for skip in range(0, whole.requests, step):
        empty(backend)
        rule = {"kind": kind, "path": "/api/v*", "skip": skip}
        backend.api("PUT", "/api/local/v1/faults", {"faults": [rule]})
        try:
            applied(Mortal(backend.addresses["api"]))
        except SightlineError:
            applied(Mortal(backend.addresses["api"]))
        holds_each_once(backend)


@pytest.mark.slow
def test_creates_that_are_done_and_answered_502_are_done_once(backend: Running) -> None:
    """A fifth of all creates, by dice: no second object, in one run."""
    for seed in range(5):
        empty(backend)
        rule = {
            "kind": "502-after",
            "method": "POST",
            "path": "/api/v*",
            "times": None,
            "probability": 0.2,
            "seed": seed,
        }
        backend.api("PUT", "/api/local/v1/faults", {"faults": [rule]})
        assert not any(each.error for each in applied(Mortal(backend.addresses["api"])))
        holds_each_once(backend)


@pytest.mark.slow
def test_a_command_that_is_killed_again_and_again_is_done_in_the_end(tmp_path: Path) -> None:
    """SIGKILL after ever more requests, which the server counts; the last run completes it, nothing twice.

    The backend is a new one: the command waits where the others have spent what the limits of this minute allow.
    """
    write(tmp_path / "build", DOCUMENTS)
    with running(tmp_path / "data") as backend:
        environ = {**os.environ, "DD_HOST": backend.addresses["api"], "XDG_CACHE_HOME": str(tmp_path / "cache")}
        program = str(Path(sys.executable).with_name("sightline"))
        command = [program, "datadog", "push", str(tmp_path / "build"), "--project", "shop"]
        for count in range(12, 48, 6):
            backend.api("PUT", "/api/local/v1/faults", {"faults": [COUNTED], "latency": "recorded"})
            process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until(partial(_has_asked, backend, count, process))
            process.kill()
            process.wait()
        backend.api("PUT", "/api/local/v1/faults", {"faults": []})
        assert subprocess.run(command, env=environ, capture_output=True, check=False).returncode == 0
        holds_each_once(backend)


COUNTED = {"kind": "slow", "path": "/api/v*", "seconds": 0, "times": 10_000}


def _has_asked(backend: Running, count: int, process: subprocess.Popen[bytes]) -> bool:
    left = int(backend.api("GET", "/api/local/v1/faults")["faults"][0]["times"])
    return 10_000 - left >= count or process.poll() is not None
