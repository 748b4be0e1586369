"""Shared by every suite; imports nothing of ours."""

import os

import pytest

VENDOR_PREFIXES = ("DD_", "DATADOG_", "OTEL_")


@pytest.fixture(autouse=True, scope="session")
def _no_vendor_account() -> None:
    """Keep a developer's own keys out of every test: none is sent anywhere, none changes a result."""
    for name in [name for name in os.environ if name.upper().startswith(VENDOR_PREFIXES)]:
        del os.environ[name]
