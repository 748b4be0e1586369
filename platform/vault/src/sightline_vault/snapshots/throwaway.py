"""A real server on loopback that a snapshot is restored into, and that ends with the `with` block.

It runs by the configuration that the cluster runs by, but for addresses and folders, and is unsealed by the same key.
In the cluster its pod reaches S3, KMS and names, and nothing else (`sightline_vault.network`): a restored server
revokes leases that ran out, at whatever back end they are of.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from sightline_core.errors import SightlineError
from sightline_vault.client import Connection, Secret, VaultClient
from sightline_vault.client.client import Patience, expected
from sightline_vault.model.naming import AUDIT_FOLDER
from sightline_vault.render.places import Place, Places
from sightline_vault.render.server import text
from sightline_vault.snapshots import recovery
from sightline_vault.snapshots.loopback_tls import write_certificate
from sightline_vault.snapshots.source import VaultTarget

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    from sightline_vault.model import VaultClusterSpec
    from sightline_vault.snapshots.source import Standing

T = TypeVar("T")
START_S = 60.0
PAUSE_S = 0.1
_LOG_LINES = 12
_PREFIX = "drill-"
_PR_SET_PDEATHSIG = 1
"""prctl(2)"""
_PASSED = ("AWS_", "PATH", "TZ", "SSL_CERT_")
"""What the server gets of the environment: how to find KMS, as the drill itself does."""


@dataclass(slots=True)
class Throwaway:
    """The server while it lives."""

    client: VaultClient
    own_id: str
    process: subprocess.Popen[bytes]
    log: Path

    def restore(self, file: BinaryIO, within_s: float) -> Standing:
        """Restore a snapshot; return the server's part once it serves what was in it.

        Raises:
            SightlineError: It refused, ended, or does not serve after so many seconds.
        """
        target = VaultTarget(self.client)
        (address,) = target.addresses
        target.restore(address, file, force=False)

        def serves() -> Standing | None:
            found = target.standing(address)
            return found if found is not None and found.leads and found.cluster_id != self.own_id else None

        return _until(serves, within_s, self, "serve what was restored")

    def root(self, key: bytes) -> VaultClient:
        """Return a client with a root token, made by the snapshot's recovery key.

        Raises:
            SightlineError: The server does not take the key.
        """
        path = "sys/generate-root"
        begun = expected(self.client.ask("PUT", f"{path}/attempt", {}), "PUT", path).body
        told: dict[str, Any] = begun
        for share in recovery.shares(key, int(begun["required"])):
            body = {"key": share, "nonce": begun["nonce"]}
            told = expected(self.client.ask("PUT", f"{path}/update", body), "PUT", path).body
        return self.client.with_token(Secret(recovery.decoded(told["encoded_token"], begun["otp"])))

    def tail(self) -> str:
        """Return the end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])


@contextmanager
def throwaway(
    spec: VaultClusterSpec, program: Path, folder: Path, now: dt.datetime, environ: Mapping[str, str]
) -> Iterator[Throwaway]:
    """Serve an initialised, unsealed server; it and its folder are gone after.

    Raises:
        SightlineError: It does not come up.
        OSError: The folder, or one of the audit devices', cannot be written.
    """
    _provide_audit(spec)
    _sweep(folder)
    place = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=folder))
    process: subprocess.Popen[bytes] | None = None
    try:
        crt, key = write_certificate(place, now)
        api, cluster = _free_ports()
        config, log = place / "server.json", place / "server.log"
        (place / "data").mkdir()
        config.touch(mode=0o600)
        config.write_text(text(spec, 0, _places(place, api, cluster, (crt, key), environ)))
        env = {name: value for name, value in environ.items() if name.startswith(_PASSED)} | {"HOME": str(place)}
        with log.open("wb") as out:
            process = subprocess.Popen(  # noqa: S603 - the program that the caller names
                [str(program), "server", f"-config={config}"],
                cwd=place,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - one system call, and no lock is taken
            )
        client = VaultClient(Connection((f"https://127.0.0.1:{api}",), crt), patience=Patience(rounds=1))
        made = Throwaway(client, "", process, log)
        _initialise(made)
        yield made
    finally:
        if process is not None:
            process.kill()
            process.wait()
        shutil.rmtree(place, ignore_errors=True)


def _provide_audit(spec: VaultClusterSpec) -> None:
    """Make the audit devices' folders on their volume: a restored server does not serve before it can open them."""
    for device in spec.audit:
        # The volume itself is the pod's to provide: elsewhere, as in tests, nothing is made at the root of the machine.
        if device.kind == "file" and Path(AUDIT_FOLDER).is_dir():
            Path(device.path).parent.mkdir(parents=True, exist_ok=True)


def _initialise(made: Throwaway) -> None:
    target = VaultTarget(made.client)
    (address,) = target.addresses
    shares = {"recovery_shares": 1, "recovery_threshold": 1}

    def initialised() -> str | None:
        answer = made.client.ask("PUT", "sys/init", shares, timeout_s=30)
        return str(answer.body["root_token"]) if answer.ok else None

    made.client = made.client.with_token(Secret(_until(initialised, START_S, made, "be initialised")))

    def leads() -> Standing | None:
        found = target.standing(address)
        return found if found is not None and found.leads else None

    made.own_id = _until(leads, START_S, made, "lead itself").cluster_id


def _until(check: Callable[[], T | None], within_s: float, made: Throwaway, what: str) -> T:
    end = time.monotonic() + within_s
    while made.process.poll() is None and time.monotonic() < end:
        with suppress(SightlineError):
            found = check()
            if found:
                return found
        time.sleep(PAUSE_S)
    code = made.process.poll()
    state = "ended" if code is not None else f"did not {what} within {within_s:g} s"
    raise SightlineError(f"the throw-away server {state}", why=made.tail(), help="the end of its log says why")


def _places(place: Path, api: int, cluster: int, pair: tuple[Path, Path], environ: Mapping[str, str]) -> Places:
    own = Place(
        node="drill",
        listen=f"127.0.0.1:{api}",
        listen_cluster=f"127.0.0.1:{cluster}",
        api=f"https://127.0.0.1:{api}",
        cluster=f"https://127.0.0.1:{cluster}",
        server_name="127.0.0.1",
        certificate=str(pair[0]),
        key=str(pair[1]),
        authority=str(pair[0]),
        data=str(place / "data"),
    )
    # Vault knows nothing of the variables by which boto3 finds another endpoint.
    endpoint = environ.get("AWS_ENDPOINT_URL_KMS") or environ.get("AWS_ENDPOINT_URL", "")
    return Places((own,), registered=False, audit=str(place / "audit"), seal_endpoint=endpoint)


def _end_with_parent() -> None:
    """Have the kernel kill this process when the drill is killed: nothing else would end the server then."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _sweep(folder: Path) -> None:
    """Remove what drills left that were killed: it holds a cluster's state."""
    for each in folder.glob(f"{_PREFIX}*-*"):
        owner = each.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(each, ignore_errors=True)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(other.getsockname()[1])


def program_of(named: Path | None, candidates: tuple[str, ...]) -> Path:
    """Return the server's program: the one that is named, else the first that is there.

    Raises:
        SightlineError: There is none.
    """
    found = str(named) if named is not None else next(filter(None, map(shutil.which, candidates)), "")
    if not found or not os.access(found, os.X_OK):
        where = found or ", ".join(candidates)
        raise SightlineError("the server's program is not there", where=where, help="name it by --program")
    return Path(found)
