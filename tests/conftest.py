"""Shared by every suite: nothing leaves this machine, and no vendor's account is found."""

from __future__ import annotations

import ipaddress
import os
import sys

import pytest

VENDOR_PREFIXES = ("DD_", "DATADOG_", "OTEL_")


@pytest.fixture(autouse=True, scope="session")
def _no_vendor_account() -> None:
    """Keep a developer's own keys out of every test: none is sent anywhere, none changes a result."""
    for name in [name for name in os.environ if name.upper().startswith(VENDOR_PREFIXES)]:
        del os.environ[name]


def _stays_here(event: str, arguments: tuple[object, ...]) -> None:
    if event not in {"socket.connect", "socket.sendto"}:
        return
    address = arguments[1]
    # A str or bytes is a Unix socket's path; anything but a (host, port, …) tuple is no network address.
    if not isinstance(address, tuple) or len(address) < 2 or not isinstance(address[0], str):
        return
    host = address[0]
    if host in {"", "localhost"}:
        return
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise PermissionError(f"a test tried to reach {host}: tests talk to loopback addresses only")


# An audit hook cannot be removed, so no test can switch the guard off by accident.
sys.addaudithook(_stays_here)
