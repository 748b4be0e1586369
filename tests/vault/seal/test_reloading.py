"""A renewed certificate reaches the server once it fits, and no other does."""

from __future__ import annotations

import datetime as dt
import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from sightline_kube.testing.servers.tls import Authority
from sightline_vault.dogstatsd import Dogstatsd
from sightline_vault.seal.certificates import Judged, judge, read_pair, served
from sightline_vault.seal.processes import hang_up, servers
from sightline_vault.seal.reloading import Action, Reloader, decide
from tests.vault.seal.mounted import swap

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime.now(dt.UTC)
ONE, TWO = Judged("1" * 64, NOW), Judged("2" * 64, NOW)
BAD = Judged("3" * 64, NOW, "the key is of another certificate")


@pytest.mark.parametrize(
    ("mounted", "serving", "action"),
    [
        (ONE, ONE, Action.NOTHING),
        (TWO, ONE, Action.SIGNAL),
        (BAD, ONE, Action.REFUSE),
        (BAD, BAD, Action.NOTHING),
        (TWO, None, Action.NOTHING),
        (BAD, None, Action.REFUSE),
        (None, ONE, Action.NOTHING),
    ],
)
def test_the_difference_decides(mounted: Judged | None, serving: Judged | None, action: Action) -> None:
    """Nothing is signalled for a bad pair, a server that is not up, or a swap under way."""
    assert decide(mounted, serving) is action


class Pod:
    """A mounted pair and a server, both as plain values."""

    def __init__(self) -> None:
        self.mounted: Judged | None = ONE
        self.served: Judged | None = ONE
        self.obeys = True
        self.told: list[int] = []
        self.lines: list[dict[str, object]] = []
        self.reloader = Reloader(
            lambda: self.mounted,
            lambda: self.served,
            lambda: [7],
            self.hang_up,
            Dogstatsd(""),
            lambda line: self.lines.append(json.loads(line)),
            lambda: NOW,
        )

    def hang_up(self, pid: int) -> bool:
        self.told.append(pid)
        if self.obeys:
            self.served = self.mounted
        return True


def test_a_server_that_does_not_take_it_is_told_again_and_said_once() -> None:
    """It may have read half of a swap; the log tells of changes, not of looks."""
    pod = Pod()
    pod.obeys = False
    pod.mounted = TWO
    assert [pod.reloader.look() for _ in range(3)] == [Action.SIGNAL] * 3
    pod.obeys = True
    assert [pod.reloader.look() for _ in range(3)] == [Action.SIGNAL, Action.NOTHING, Action.NOTHING]
    assert pod.told == [7, 7, 7, 7]
    assert [str(each["message"]).partition(": ")[2] for each in pod.lines] == [
        "told [7] of it",
        "the mounted certificate is served",
    ]


def test_a_bad_pair_is_told_and_never_signalled() -> None:
    """Then the next good one is."""
    pod = Pod()
    pod.mounted = BAD
    assert pod.reloader.look() is Action.REFUSE
    assert (pod.told, pod.lines[0]["status"]) == ([], "error")
    pod.mounted = TWO
    assert pod.reloader.look() is Action.SIGNAL
    assert pod.told == [7]


def test_a_pair_is_judged(tmp_path: Path) -> None:
    """Good; of another key; expired; not yet valid; no certificate; no key."""
    authority = Authority(tmp_path)
    crt, key = (each.read_bytes() for each in authority.issue("a", ["localhost"]))
    other = authority.issue("b", ["localhost"])[1].read_bytes()
    assert judge(crt, key, NOW).problem == ""
    assert judge(crt + authority.ca.read_bytes(), key, NOW).fingerprint == judge(crt, key, NOW).fingerprint
    assert judge(crt, other, NOW).problem == "the key is of another certificate"
    assert judge(crt, key, NOW + dt.timedelta(days=2)).problem.startswith("the certificate expired on")
    assert judge(crt, key, NOW - dt.timedelta(days=2)).problem.startswith("the certificate is valid from")
    assert judge(b"", key, NOW).problem.startswith("there is no certificate")
    assert judge(crt, b"", NOW).problem == "the key cannot be read: ValueError"


def test_both_files_are_read_from_one_generation(tmp_path: Path) -> None:
    """However often the kubelet swaps: a pair that is read at all fits."""
    done = threading.Event()

    def swapping() -> None:
        for number in range(100):
            swap(tmp_path, {"tls.crt": b"%d" % number, "tls.key": b"%d" % number})
        done.set()

    swap(tmp_path, {"tls.crt": b"0", "tls.key": b"0"})
    swapper = threading.Thread(target=swapping)
    swapper.start()
    pairs = set()
    while not done.is_set():
        try:
            pairs.add(read_pair(tmp_path / "tls.crt", tmp_path / "tls.key"))
        except FileNotFoundError:
            continue
    swapper.join()
    assert read_pair(tmp_path / "tls.crt", tmp_path / "tls.key") == (b"99", b"99")
    assert all(crt == key for crt, key in pairs)


def test_what_is_served_is_asked_of_the_listener(tmp_path: Path) -> None:
    """Its leaf, whoever signed it; None where nobody listens."""
    crt, key = Authority(tmp_path).issue("a", ["localhost"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(crt, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def answer() -> None:
            connection, _ = listening.accept()
            with context.wrap_socket(connection, server_side=True) as wrapped:
                wrapped.recv(1)

        answering = threading.Thread(target=answer)
        answering.start()
        found = served("127.0.0.1", port)
        answering.join()
    assert found is not None
    assert found.fingerprint == judge(crt.read_bytes(), key.read_bytes(), NOW).fingerprint
    assert served("127.0.0.1", port) is None


def test_the_server_is_found_by_its_command_line(tmp_path: Path) -> None:
    """The program and its first word, not a mere mention; processes that end meanwhile are passed over."""
    for pid, words in {
        "7": b"/bin/vault\0server\0-config=x\0",
        "8": b"/usr/bin/vault\0agent\0",
        "9": b"/bin/sh\0-c\0vault server\0",
        "10": b"bao\0server\0",
        "11": b"",
    }.items():
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "cmdline").write_bytes(words)
    (tmp_path / "12").mkdir()
    (tmp_path / "self").mkdir()
    assert servers(tmp_path) == [7, 10]


def test_a_signal_is_sent_to_what_is_there() -> None:
    """SIGHUP, and the truth about who is gone."""
    # Whoever runs the tests by `nohup` has SIGHUP ignored, and children inherit that.
    waits = "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL); print(flush=True); input()"
    sleeping = subprocess.Popen([sys.executable, "-c", waits], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert sleeping.stdout is not None
    sleeping.stdout.readline()
    assert hang_up(sleeping.pid)
    assert sleeping.wait(10) == -signal.SIGHUP
    assert not hang_up(sleeping.pid)
    sleeping.communicate()
