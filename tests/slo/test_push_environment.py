"""What stands in the way of a push is told as what it is: no answer, exit 2, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.cli import run

from .backend import Proxy, Said
from .specs import spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .caller import Caller


def answering(at: str, said: Said) -> Callable[[int, str, str], Said | None]:
    """Answer every request of one method."""

    def answer(_number: int, method: str, _path: str) -> Said | None:
        return said if method == at else None

    return answer


REFUSED: dict[str, Any] = {"errors": ["Forbidden"]}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(401, REFUSED, {}), ["status 401: Forbidden", "check DD_API_KEY"]),
        (Said(403, REFUSED, {}), ["status 403: Forbidden", "what the application key may do"]),
        (
            Said(429, {"errors": ["Rate limited"]}, {"X-RateLimit-Reset": "0.01"}),
            ["status 429", "wait, then push again"],
        ),
        (Said(302, {}, {"Location": "https://elsewhere.example/"}), ["status 302", "keys are not taken along"]),
        (Said(501, {"errors": ["out of order"]}, {}), ["status 501: out of order", "push again"]),
    ],
)
def test_an_api_that_does_not_work_is_no_answer(
    caller: Caller, file: Path, said: Said, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether it shows when reading or at the first write: exit 2, what was attempted, where, and what to do."""
    file.write_text(spec())
    for at, attempted in (("GET", "could not list slos"), ("POST", "could not create slo pay-success")):
        with Proxy(caller.backend.address, before=answering(at, said)) as proxy:
            caller.address = proxy.address
            assert caller("push", file) == 2
        err = " ".join(capsys.readouterr().err.split())
        assert all(each in err for each in (attempted, proxy.address, *words))
        assert len(set(proxy.writes)) == (at == "POST"), "nothing goes on after a failure"
    assert caller.marks() == {}


def test_an_address_where_something_else_answers(
    caller: Caller, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A web page at DD_HOST is no crash."""
    file.write_text(spec())
    with Proxy(caller.backend.address, before=answering("GET", Said(200, "<html>", {}))) as proxy:
        caller.address = proxy.address
        assert caller("plan", file) == 2
    assert "the answer is not Datadog's" in capsys.readouterr().err


def test_nobody_there(caller: Caller, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No backend on this machine: exit 2, and how to start one."""
    file.write_text(spec())
    caller.address = "http://127.0.0.1:9"
    assert caller("plan", file) == 2
    assert "sightline local serve" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"DD_SITE": "datadoghq.eu"}, "nothing is sent to https://api.datadoghq.eu without keys"),
        ({"DD_HOST": "https://api.datadoghq.com", "DD_API_KEY": "a"}, "DD_APP_KEY"),
        ({"DD_API_KEY": "a", "DD_APP_KEY": "b"}, "nothing says where they belong"),
        ({"DD_HOST": "http://api.datadoghq.com", "DD_API_KEY": "a", "DD_APP_KEY": "b"}, "without encryption"),
    ],
)
def test_nothing_is_sent_where_keys_or_target_are_missing(
    environ: dict[str, str], words: str, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused before a name is resolved or a socket opened."""
    file.write_text(spec())
    opened: list[object] = []
    monkeypatch.setattr("socket.socket.connect", lambda _socket, address: opened.append(address))
    monkeypatch.setattr("socket.getaddrinfo", lambda *arguments, **_: opened.append(arguments))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert run(["slo", "push", str(file), "--project", "shop", "--yes"]) == 2
    assert words in capsys.readouterr().err
    assert opened == []
