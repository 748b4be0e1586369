"""Who may ask: other sites in the same browser may not, other machines need the key, tracers only where it was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.errors import SightlineError
from sightline_local.server import Settings, check

from .kit import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .kit import Running


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:4280"}, 200),
        ({"Host": "[::1]:4280"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": ""}, 403),
        ({"Host": "[::1"}, 403),
        ({"Host": "localhost:4280", "Origin": "http://localhost:4280"}, 200),
        ({"Host": "localhost:4280", "Origin": "http://localhost:9999"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[broken"}, 403),
    ],
)
@pytest.mark.parametrize("app", ["api", "agent", "otlp"])
def test_pages_of_other_sites_may_not_ask(backend: Running, app: str, headers: dict[str, Any], status: int) -> None:
    """A foreign Host (DNS rebinding) or Origin (a form of another site) is refused on every port, with a reason."""
    answer = backend.send(app, "GET", "/healthz", **headers)
    assert answer.status == status
    assert status == 200 or b"errors" in answer.data


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("keyed"), host="0.0.0.0", api_key="s3cret") as found:
        yield found


@pytest.mark.parametrize("path", ["/", "/api/v1/slo", "/api/local/v1/overview", "/api/v1/validate"])
def test_beyond_this_machine_a_key_is_needed(keyed: Running, path: str) -> None:
    """Console and API ask for it; a wrong one is none."""
    assert keyed.send("api", "GET", path).status == 403
    assert keyed.send("api", "GET", path, DD_API_KEY="wrong").status == 403
    assert keyed.send("api", "GET", path, DD_API_KEY="s3cret").status in {200, 503}  # 503: the console is not built


def test_telemetry_on_the_keyed_port_needs_the_key_too(keyed: Running) -> None:
    """`/api/v2/logs` is of the API's port."""
    assert keyed.send("api", "POST", "/api/v2/logs", b"[]").status == 403
    assert keyed.send("api", "POST", "/api/v2/logs", b"[]", DD_API_KEY="s3cret").status == 202


def test_a_browser_brings_the_key_once_and_keeps_it_in_a_cookie(keyed: Running) -> None:
    """It does not stay in the address; scripts and other sites cannot read the cookie."""
    answer = keyed.send("api", "GET", "/?key=s3cret")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert keyed.send("api", "GET", "/api/v1/slo", Cookie=cookie.partition(";")[0]).status == 200
    assert keyed.send("api", "GET", "/api/v1/slo", Cookie="sightline_key=wrong; a=").status == 403
    assert keyed.send("api", "GET", "/?key=wrong").status == 403


def test_health_needs_no_key(keyed: Running) -> None:
    """Compose asks for it."""
    assert keyed.send("api", "GET", "/healthz").status == 200


def test_the_protocols_without_keys_stay_on_this_machine(keyed: Running) -> None:
    """Beyond it they listen only with `--open-intake`."""
    assert keyed.addresses["dogstatsd"].startswith("127.0.0.1:")
    assert keyed.addresses["agent"].startswith("http://127.0.0.1:")
    settings = Settings(data=keyed.store.directory, host="0.0.0.0", api_key="x")
    assert settings.intake_host == "127.0.0.1"
    assert Settings(data=keyed.store.directory, host="0.0.0.0", api_key="x", open_intake=True).intake_host == "0.0.0.0"


def test_without_a_key_it_does_not_listen_beyond_this_machine(tmp_path: Path) -> None:
    """Refused at the start, with what to do."""
    with pytest.raises(SightlineError, match="without a key") as refused:
        check(Settings(data=tmp_path, host="0.0.0.0"))
    assert "--api-key" in refused.value.help
    check(Settings(data=tmp_path, host="::1"))
