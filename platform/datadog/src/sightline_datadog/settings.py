"""Where to push, and as whom: the vendor's own variables, and a refusal to guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError
from sightline_core.loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCAL = "http://127.0.0.1:4280"
"""The local backend, where it listens unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Target:
    """A Datadog API and the keys for it; the keys are kept out of its repr."""

    host: str
    api_key: str = field(repr=False)
    app_key: str = field(repr=False)

    @property
    def local(self) -> bool:
        """Whether it is on this machine."""
        return is_loopback(self.host)


def resolve(environ: Mapping[str, str], *, both_keys: bool = True) -> Target:
    """Find the target.

    `DD_HOST` is the address of an API, `DD_SITE` one of the vendor's sites; `DD_API_KEY` and `DD_APP_KEY` are the
    keys, and `DATADOG_` is taken for `DD_` as the vendor's own tools do. With none of them it is the local backend.
    What only sends (`both_keys` is off) needs no application key, and gets none.

    Raises:
        SightlineError: keys without a target (they are worth too much to guess where they belong), or a target beyond
            this machine without the keys.
    """

    def read(name: str) -> str:
        return (environ.get(f"DD_{name}") or environ.get(f"DATADOG_{name}") or "").strip()

    host, site = read("HOST"), read("SITE")
    api_key, app_key = read("API_KEY"), read("APP_KEY")
    if host:
        host = host if "://" in host else f"https://{host}"
    elif site:
        host = f"https://api.{site.removeprefix('api.')}"
    elif api_key or app_key:
        raise SightlineError(
            "there are keys, but nothing says where they belong",
            where="DD_API_KEY, DD_APP_KEY",
            help="set DD_SITE (such as datadoghq.eu), or unset the keys to use the local backend",
        )
    else:
        host = LOCAL
    host = host.rstrip("/")
    if is_loopback(host):
        return Target(host, api_key or "local", app_key or "local")
    app_key = app_key if both_keys else ""
    needed = {"DD_API_KEY": api_key, **({"DD_APP_KEY": app_key} if both_keys else {})}
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise SightlineError(
            f"nothing is sent to {host} without keys",
            where=" and ".join(missing),
            why="not set",
            help=f"set {' and '.join(needed)}, or unset DD_SITE and DD_HOST to use the local backend",
        )
    if not host.startswith("https://"):
        raise SightlineError(
            "refused to send keys without encryption", where=f"DD_HOST = {host}", help="use an https:// address"
        )
    return Target(host, api_key, app_key)
