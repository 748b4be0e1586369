"""One real Vault server, by whatever configuration it is given."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .asking import Answer, ask
from .moto import CREDENTIALS
from .process import Server
from .program import need

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Site:
    """Where a node is: all that a configuration of it has to know of this machine.

    `server_name` is what its certificate is made out to, beside `host`; `folder` is empty at first, `data` its storage.
    """

    name: str
    host: str
    api_port: int
    cluster_port: int
    folder: Path
    crt: Path
    key: Path
    ca: Path
    server_name: str

    @property
    def api(self) -> str:
        """The address of its API, as peers and clients reach it."""
        return f"https://{self.host}:{self.api_port}"

    @property
    def cluster(self) -> str:
        """The address by which servers speak to each other."""
        return f"https://{self.host}:{self.cluster_port}"

    @property
    def data(self) -> Path:
        """The folder of its Raft storage."""
        return self.folder / "data"


@dataclass(frozen=True)
class KmsSeal:
    """The key that seals, where KMS answers, and the environment by which a server signs its calls."""

    endpoint: str
    key_id: str
    region: str = CREDENTIALS["AWS_REGION"]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(CREDENTIALS))


class VaultNode:
    """A server at a site. `configuration` is its file's text, HCL or JSON (both are one language to Vault)."""

    def __init__(self, site: Site, configuration: str, environment: Mapping[str, str] | None = None) -> None:
        self.site = site
        self.configuration = configuration
        self._file = site.folder / ("server.json" if configuration.lstrip().startswith("{") else "server.hcl")
        command = [need("vault"), "server", f"-config={self._file}"]
        self.server = Server(site.name, command, site.folder, environment)

    def start(self) -> None:
        """Write the configuration and start; the server answers, sealed or not, a little later."""
        self.site.data.mkdir(parents=True, exist_ok=True)
        self._file.touch(mode=0o600)
        self._file.write_text(self.configuration)
        self.server.start()

    def answering(self, within: float = 20) -> None:
        """Wait until it answers at all.

        Raises:
            SightlineError: It ended, or does not answer; with the end of its log.
        """
        self.server.until(self.health, within, "answer")

    def kill(self) -> None:
        """End it like a power cut."""
        self.server.kill()

    def stop(self) -> None:
        """End it in order: a leader steps down first."""
        self.server.stop()

    def reload(self) -> None:
        """Have it read its certificates anew."""
        self.server.signal(signal.SIGHUP)

    def ask(self, method: str, path: str, body: object = None, *, token: str = "", timeout: float = 10) -> Answer:
        """Ask this server, checking its certificate; a standby forwards to the leader. `path` is without `/v1/`.

        Raises:
            OSError: It does not answer.
        """
        headers = {"X-Vault-Token": token} if token else {}
        address = f"{self.site.api}/v1/{path}"
        return ask(method, address, body, headers=headers, ca=self.site.ca, timeout=timeout)

    def health(self) -> dict[str, Any]:
        """Return `sys/health`: `initialized`, `sealed`, `standby`, …, whatever its status says.

        Raises:
            OSError: It does not answer.
        """
        told: dict[str, Any] = self.ask("GET", "sys/health", timeout=3).json
        return told

    @property
    def leads(self) -> bool:
        """Whether it is the active node; False where it does not answer."""
        try:
            told = self.health()
        except OSError:
            return False
        return bool(told.get("initialized")) and not told.get("sealed") and not told.get("standby")
