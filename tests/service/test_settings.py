"""What a service reads from the environment, and what it gives the tracer before it is loaded."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sightline_core.errors import SightlineError
from sightline_service.settings import PORTS, from_env


def test_without_settings_a_service_finds_its_peers() -> None:
    """Each on its own port of this machine, with a file of its own and nothing secret."""
    found = from_env("orders", {})
    assert (found.host, found.port) == ("127.0.0.1", PORTS["orders"])
    assert found.peer("payments") == f"http://127.0.0.1:{PORTS['payments']}"
    assert found.database_url.endswith("/orders.db")
    assert found.admin_token == ""


def test_secrets_are_not_shown() -> None:
    """Printed settings tell no token."""
    found = from_env("orders", {"SIGHTLINE_ADMIN_TOKEN": "hunter2", "SIGHTLINE_TRAFFIC_KEY": "hunter3"})
    assert "hunter" not in repr(found)


@pytest.mark.parametrize("bad", ["x", "-1", "1.5", "4 3", "\u0661"])
def test_a_port_that_is_none_is_named(bad: str) -> None:
    """The error names the variable and what to do."""
    with pytest.raises(SightlineError) as raised:
        from_env("orders", {"SIGHTLINE_PORT": bad})
    assert f"SIGHTLINE_PORT={bad}" in raised.value.frame()


def run(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("DD_", "SIGHTLINE_"))}
    return subprocess.run(
        [sys.executable, "-c", code], env={**env, **environ}, capture_output=True, text=True, check=False, timeout=60
    )


def test_ddtrace_is_told_its_agent_before_it_is_loaded() -> None:
    """It reads the address once, while it is imported: what comes later would send every trace to port 8126."""
    pytest.importorskip("ddtrace")
    code = (
        "from sightline_service.runner import prepare; prepare('orders');"
        "from ddtrace.internal.settings._agent import config; print(config.trace_agent_url)"
    )
    done = run(code, SIGHTLINE_TELEMETRY="ddtrace", SIGHTLINE_AGENT_URL="http://127.0.0.1:41234")
    assert done.stdout.strip() == "http://127.0.0.1:41234", done.stderr


def test_a_wrong_mode_ends_with_a_sentence() -> None:
    """A service that cannot start says why in words, without a traceback."""
    code = "from sightline_service.runner import run; run('orders')"
    done = run(code, SIGHTLINE_TELEMETRY="telepathy")
    assert done.returncode == 1
    assert "telepathy" in done.stderr
    assert "Traceback" not in done.stderr
