"""Nothing of the caller's accounts or addresses reaches the demo's processes."""

from __future__ import annotations

import socket

import pytest

from sightline_core.errors import SightlineError
from sightline_demo import ports
from sightline_demo.api import Api
from sightline_demo.environment import RUN_MARK, guarded, require_all_loopback

PLANTED = {
    "DD_API_KEY": "0123456789abcdef0123456789abcdef",
    "DD_APP_KEY": "secret",
    "DD_SITE": "datadoghq.eu",
    "DATADOG_API_KEY": "secret",
    "dd_trace_agent_url": "http://192.0.2.1:8126",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://192.0.2.1:4318",
    "HTTPS_PROXY": "http://192.0.2.1:3128",
    "http_proxy": "http://192.0.2.1:3128",
    "SIGHTLINE_OTLP_URL": "http://192.0.2.1:4318",
    "LOCUST_HOST": "http://192.0.2.1",
    "GUNICORN_CMD_ARGS": "--bind 0.0.0.0:1",
}


def test_no_account_no_proxy_and_no_foreign_address_is_inherited() -> None:
    """Every planted variable is gone; what a shell needs is kept."""
    env = guarded({**PLANTED, "PATH": "/bin", "HOME": "/home/me", "SIGHTLINE_CHROMIUM": "/opt/chrome"}, "run-1")
    assert not set(PLANTED) & set(env)
    assert not [value for value in env.values() if "192.0.2.1" in value or "secret" in value]
    assert env["PATH"] == "/bin"
    assert env["SIGHTLINE_CHROMIUM"] == "/opt/chrome"
    assert env[RUN_MARK] == "run-1"


@pytest.mark.parametrize(
    "address", ["http://192.0.2.1:4318", "https://api.datadoghq.com", "udp://10.0.0.1:8125", "redis://cache:6379/0"]
)
def test_an_address_beyond_this_machine_is_refused(address: str) -> None:
    """The refusal names the setting."""
    with pytest.raises(SightlineError, match="beyond this machine") as caught:
        require_all_loopback({"SIGHTLINE_X": address})
    assert "SIGHTLINE_X" in caught.value.where


def test_addresses_of_this_machine_are_allowed() -> None:
    """Loopback URLs, sockets and files pass."""
    require_all_loopback(
        {
            "A": "http://127.0.0.1:1", "B": "udp://localhost:2", "C": "unix:///tmp/x.socket",
            "D": "sqlite:////tmp/x.db", "E": "redis://127.0.0.1:6379/0", "F": "plain words",
        }
    )  # fmt: skip


def test_the_client_refuses_a_foreign_server() -> None:
    """Not even by mistake is a request sent elsewhere."""
    with pytest.raises(SightlineError, match="beyond this machine"):
        Api("http://192.0.2.1:4280")


def test_an_unanswered_request_says_where() -> None:
    """The error names method and address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    api = Api(f"http://127.0.0.1:{port}")
    assert not api.answers("/healthz")
    with pytest.raises(SightlineError, match="no answer") as caught:
        api.get("/x", a=1, b=None)
    assert caught.value.where == f"GET http://127.0.0.1:{port}/x?a=1"


class TestPorts:
    def test_free_ports_are_all_different(self) -> None:
        """No two parts get the same port."""
        chosen = ports.choose(free=True)
        assert len(set(chosen.by_name.values())) == len(ports.DEFAULTS)
        assert chosen.moved == ()

    def test_a_taken_port_moves_that_part_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The well-known port is used where it is free; the others are told."""
        known = ports.choose(free=True).by_name
        monkeypatch.setattr(ports, "DEFAULTS", known)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", known["api"]))
            taken.listen()
            chosen = ports.choose(free=False)
        assert chosen.moved == ("api",)
        assert chosen["api"] != known["api"]
        assert {**known, "api": 0} == {**chosen.by_name, "api": 0}
        assert chosen.url("cart") == f"http://127.0.0.1:{known['cart']}"
