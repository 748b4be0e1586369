"""What a service needs to know to serve: read once, from the SIGHTLINE_* variables."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Mapping

PORTS = {"storefront": 4300, "catalog": 4301, "cart": 4302, "orders": 4303, "payments": 4304, "fulfilment": 4305}
"""Where each service listens unless told otherwise, and where its peers look for it."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """One service's settings.

    Args:
        name: of the service.
        host, port: where it listens.
        database_url: SQLAlchemy's; a SQLite file in `data` by default.
        redis_url: redis://, rediss:// or unix://; a socket in `data` by default.
        admin_token: opens the fault switches; empty = they are not there.
        traffic_key: signs cookies and forms, too; empty = one made up at the start.
        peers: addresses of other services by name.
        threads: how many requests are served at once.
    """

    name: str
    host: str
    port: int
    data: Path
    database_url: str
    redis_url: str
    admin_token: str = field(repr=False)
    traffic_key: str = field(repr=False)
    peers: Mapping[str, str]
    threads: int = 8

    def peer(self, name: str) -> str:
        """Return the address of another service."""
        return self.peers[name]


def from_env(name: str, environ: Mapping[str, str] | None = None) -> ServiceSettings:
    """Read the settings of service `name`.

    Raises:
        SightlineError: a number is none.
    """
    env = os.environ if environ is None else environ
    data = Path(env.get("SIGHTLINE_DATA", ".run/shop")).absolute()
    return ServiceSettings(
        name=name,
        host=env.get("SIGHTLINE_HOST", "127.0.0.1"),
        port=number(env, "SIGHTLINE_PORT", PORTS[name]),
        data=data,
        database_url=env.get("SIGHTLINE_DATABASE_URL") or f"sqlite:///{data / name}.db",
        redis_url=env.get("SIGHTLINE_REDIS_URL") or f"unix://{data / 'redis.sock'}",
        admin_token=env.get("SIGHTLINE_ADMIN_TOKEN", ""),
        traffic_key=env.get("SIGHTLINE_TRAFFIC_KEY", ""),
        peers={
            peer: env.get(f"SIGHTLINE_{peer.upper()}_URL", f"http://127.0.0.1:{port}").rstrip("/")
            for peer, port in PORTS.items()
        },
        threads=number(env, "SIGHTLINE_THREADS", 8),
    )


def number(env: Mapping[str, str], name: str, default: int) -> int:
    """Read a whole number.

    Raises:
        SightlineError: it is none.
    """
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit():
        raise SightlineError(
            "a setting is no number", where=f"{name}={text}", help=f"set it to a number, or unset {name}"
        )
    return int(text)
