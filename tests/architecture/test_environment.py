"""`make test` and `make demo` start from an environment in which no vendor's account can be found."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANTED = {
    "DD_API_KEY": "planted",
    "DD_SITE": "datadoghq.eu",
    "dd_app_key": "planted",
    "DATADOG_HOST": "https://api.datadoghq.eu",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "https://otlp.example.com",
}


def test_clean_env_drops_every_vendor_variable() -> None:
    """Keys, sites and endpoints are gone for the command it runs; everything else stays."""
    done = subprocess.run(
        [str(ROOT / ".make/clean-env"), "env"],
        env={**os.environ, **PLANTED, "ODD_NAME": "kept"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {line.split("=")[0] for line in done.stdout.splitlines()} & set(PLANTED)
    assert "ODD_NAME=kept" in done.stdout


def test_every_target_that_runs_our_code_uses_it() -> None:
    """No recipe starts the tests, the demo or a benchmark any other way."""
    recipes = re.findall(
        r"^\t@?(.*(?:pytest|sightline |benchmarks/\[|compose-test|isolated).*)$",
        (ROOT / "Makefile").read_text(),
        re.MULTILINE,
    )
    assert len(recipes) >= 6
    assert [line for line in recipes if "$(CLEAN)" not in line] == []


@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("2001:db8::1", 443)])
def test_no_test_reaches_beyond_this_machine(address: tuple[str, int]) -> None:
    """The guard in conftest refuses a connection before a packet leaves."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as sock, pytest.raises(PermissionError, match="loopback addresses only"):
        sock.connect(address)
    with socket.socket(family, socket.SOCK_DGRAM) as sock, pytest.raises(PermissionError, match="loopback"):
        sock.sendto(b"x", address)


def test_no_test_looks_up_a_foreign_name() -> None:
    """A name is refused before it is resolved."""
    with pytest.raises(PermissionError, match="loopback addresses only"):
        socket.create_connection(("api.datadoghq.com", 443))
