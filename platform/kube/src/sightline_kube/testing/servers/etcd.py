"""One etcd member: the memory of a kube-apiserver."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from . import ports
from .asking import ask
from .process import Server
from .program import need

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def etcd(folder: Path, within: float = 30) -> Iterator[str]:
    """Serve an empty etcd; gives its URL. Nothing is flushed to the disk: a test survives no power cut."""
    client, peer = (f"http://127.0.0.1:{port}" for port in ports.free(2))
    command = [need("etcd"), "--name=one", f"--data-dir={folder / 'data'}", "--unsafe-no-fsync", "--log-level=warn"]
    command += [f"--listen-client-urls={client}", f"--advertise-client-urls={client}"]
    command += [f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=one={peer}"]
    server = Server("etcd", command, folder)
    try:
        server.start()
        server.until(lambda: ask("GET", f"{client}/health", timeout=2).json["health"] == "true", within)
        yield client
    finally:
        server.close()
