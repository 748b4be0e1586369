"""The guard that keeps demo and tests on this machine."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Mapping

VENDOR_PREFIXES = ("DD_", "DATADOG_", "OTEL_")


def is_loopback(target: str) -> bool:
    """Whether a URL, `host`, `host:port` or `unix://` path stays on this machine.

    Names are not resolved: only `localhost` and literal loopback addresses count, because what a
    resolver answers now it need not answer when the connection is made.
    """
    if target.startswith(("unix://", "/")):
        return True
    if target.count(":") > 1 and "//" not in target and not target.startswith("["):
        target = f"[{target}]"  # `::1` alone would be read as a port without a host
    try:
        host = urlsplit(target if "//" in target else f"//{target}").hostname
    except ValueError:
        return False
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_loopback(target: str, *, setting: str) -> str:
    """Return `target` when it is loopback.

    Raises:
        SightlineError: it is not; `setting` names the option or variable that holds it.
    """
    if not is_loopback(target):
        raise SightlineError(
            "refused to talk to a host beyond this machine",
            where=f"{setting} = {target}",
            why="the demo and the tests send nothing past the loopback interface",
            help=f"set {setting} to an address on 127.0.0.1 or [::1]",
        )
    return target


def without_vendor_env(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment less every variable by which a vendor's client would find an account."""
    return {key: value for key, value in environ.items() if not key.upper().startswith(VENDOR_PREFIXES)}
