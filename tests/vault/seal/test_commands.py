"""The commands as they are called: exit codes, lines, and what is refused before anything is asked."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sightline_core.cli import run
from sightline_core.exit_codes import ExitCode
from sightline_kube.testing.servers.kms_faults import Fault, faulty_kms
from sightline_kube.testing.servers.moto import CREDENTIALS
from sightline_kube.testing.servers.tls import Authority
from tests.vault.chart.clusters import HUB

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest


def test_a_probe_of_a_key_that_is_denied_says_no(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Exit 1, one line of JSON with the class, by the key's alias in the model; the probe itself lives."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    alive = tmp_path / "alive"
    with faulty_kms("http://127.0.0.1:9") as kms:
        kms.fault = Fault.DENIED
        monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", kms.url)
        code = run(["vault", "kms-probe", str(HUB), "--once", "--statsd", "", "--alive", str(alive)])
    told = json.loads(capsys.readouterr().out)
    assert (code, alive.exists()) == (ExitCode.NO, True)
    assert (told["kms"]["key"], told["kms"]["failure"]) == ("alias/sightline-vault-hub-seal", "denied")


@contextmanager
def serving(crt: Path, key: Path) -> Iterator[int]:
    """Serve a certificate; yield the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(crt, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection, context.wrap_socket(connection, server_side=True) as wrapped:
                    wrapped.recv(1)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_look_at_a_certificate_answers_yes_no_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Served; another one, with nobody there to be told; a pair that does not fit; no file; no server."""
    authority = Authority(tmp_path)
    crt, key = authority.issue("a", ["localhost"])
    other, other_key = authority.issue("b", ["localhost"])

    def looked(crt: Path, key: Path, port: int) -> int:
        pid = ["--pid", str(2**22 + 1)]
        return run(
            ["vault", "reload", "--once", "--certificate", str(crt), "--key", str(key), "--port", str(port), *pid]
        )

    with serving(crt, key) as port:
        assert looked(crt, key, port) == ExitCode.OK
        assert looked(other, other_key, port) == ExitCode.NO
        assert looked(other, key, port) == ExitCode.NO
        assert looked(tmp_path / "none", key, port) == ExitCode.UNANSWERED
    assert looked(crt, key, port) == ExitCode.UNANSWERED
    lines = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert [each["certificate"]["action"] for each in lines] == ["signal", "refuse"]


def test_the_example_s_operators_get_no_shares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before any node is asked, and with nothing written; an operator that is not in the model holds no root token."""
    to = tmp_path / "shares.json"
    assert run(["vault", "init", str(HUB), "--to", str(to), "--address", "https://127.0.0.1:1"]) == ExitCode.NO
    assert capsys.readouterr().err.count("error[VLT352]") == 3
    command = ["vault", "init", str(HUB), "--to", str(to), "--example", "--root-token-to", "mallory"]
    assert run([*command, "--address", "https://127.0.0.1:1"]) == ExitCode.UNANSWERED
    assert "there is no operator mallory" in capsys.readouterr().err
    assert not to.exists()
