"""Shared by every suite: nothing leaves this machine, and no vendor's account is found."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import settings

# Two busy cores make any one example slow: a deadline would fail what is right.
settings.register_profile("sightline", deadline=None)
settings.load_profile("sightline")

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytest_plugins = ["tests.support.servers"]
VENDOR_PREFIXES = ("DD_", "DATADOG_", "OTEL_")


@pytest.fixture(autouse=True, scope="session")
def _no_vendor_account() -> None:
    """Keep a developer's own keys out of every test: none is sent anywhere, none changes a result."""
    for name in [name for name in os.environ if name.upper().startswith(VENDOR_PREFIXES)]:
        del os.environ[name]


@pytest.fixture(scope="session")
def _playwright() -> Iterator[list[Any]]:
    """Playwright, and behind it the browser in use; one for a process, which refuses a second in the same thread."""
    with pytest.importorskip("playwright.sync_api").sync_playwright() as playwright:
        yield [playwright]


@pytest.fixture
def chromium(_playwright: list[Any]) -> Browser:
    """A browser that lives: the one that `make browser` found, or Playwright's own.

    It is started once, and again where a test of hung browsers killed every browser of this process.
    """
    found = Path(__file__).parents[1] / ".tools" / "chromium"
    executable = os.environ.get("SIGHTLINE_CHROMIUM") or (found.read_text().strip() if found.is_file() else "")
    if len(_playwright) == 1 or not _answers(_playwright[-1]):
        _playwright[1:] = [_playwright[0].chromium.launch(executable_path=executable or None)]
    return cast("Browser", _playwright[-1])


def _answers(browser: Any) -> bool:
    """Ask it for something: until then Playwright has not heard that it was killed."""
    try:
        browser.new_context().close()
    except Exception:  # noqa: BLE001 - Playwright's own class, which is not imported where it is not installed
        return False
    return True


def _is_here(host: object) -> bool:
    if host in {None, "", b"", "localhost", socket.gethostname()}:
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False


def _stays_here(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        # A str or bytes is a Unix socket's path; only a (host, port, …) tuple is a network address.
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) and len(address) >= 2 else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if isinstance(host, str | bytes) and not _is_here(host):
        raise PermissionError(f"a test tried to reach {host!r}: tests talk to loopback addresses only")


# An audit hook cannot be removed, so no test can switch the guard off by accident.
sys.addaudithook(_stays_here)
