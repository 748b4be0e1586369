"""A cluster as the snapshots need it: who leads, since when; its state as a stream; a secret that proves freshness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.client import VaultClient

SNAPSHOT = "sys/storage/raft/snapshot"
FORCED = "sys/storage/raft/snapshot-force"
RESTORE_S = 600.0
"""How long a leader may take to read and check a snapshot before it answers."""
STREAM_S = 120.0
"""How long a leader may be silent within a stream: a state of gigabytes takes a while before its first byte."""
_ALL_FINE = {"standbyok": "true", "sealedcode": "200", "uninitcode": "200"}


class CutOffError(Exception):
    """A stream ended too early, or the server refused; it may be asked again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A node's part: `since` is when it began to lead, empty for one that does not."""

    address: str
    since: str
    cluster_id: str
    cluster_name: str
    version: str

    @property
    def leads(self) -> bool:
        """Whether it says that it is the leader."""
        return bool(self.since)


class Source(Protocol):
    """A cluster that is asked for its state."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every node's API."""

    def standing(self, address: str) -> Standing | None:
        """Return a node's part; None where it is silent, sealed or not initialised."""

    def stream(self, address: str) -> Iterator[bytes]:
        """Yield a snapshot as that very node writes it.

        Raises:
            CutOffError: It refused, or broke off.
            SightlineError: The token has no right to it.
        """

    def write_canary(self, path: str, value: Mapping[str, str]) -> bool:
        """Write a secret; whether that was allowed."""


class Target(Source, Protocol):
    """A cluster that a snapshot is restored into."""

    def restore(self, address: str, file: BinaryIO, *, force: bool) -> None:
        """Give a snapshot to the leader, which reads it to its end and opens its sealed sum before it takes it.

        `force` leaves out the sealed sum.

        Raises:
            SightlineError: It refused, or did not answer.
        """

    def holdings(self) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Return the mounts and the policies; None where that may not be seen."""

    def servers(self) -> tuple[str, ...] | None:
        """Return the node ids of Raft; None where they may not be seen."""


class VaultSource:
    """A cluster through the client."""

    def __init__(self, client: VaultClient) -> None:
        self._client = client

    @property
    def addresses(self) -> tuple[str, ...]:
        """See `Source`."""
        return self._client.connection.addresses

    def standing(self, address: str) -> Standing | None:
        """See `Source`."""
        client = self._client.with_token(None).at(address)
        try:
            health = client.ask("GET", "sys/health", query=_ALL_FINE, timeout_s=3)
            leader = client.ask("GET", "sys/leader", timeout_s=3)
        except SightlineError:
            return None
        told = health.body if isinstance(health.body, dict) else {}
        if not health.ok or told.get("sealed") or not told.get("initialized"):
            return None
        lead = leader.body if leader.ok and isinstance(leader.body, dict) else {}
        since = str(lead.get("active_time", "")) if lead.get("is_self") and not told.get("standby") else ""
        return Standing(
            address, since, str(told.get("cluster_id", "")), str(told.get("cluster_name", "")), str(told["version"])
        )

    def stream(self, address: str) -> Iterator[bytes]:
        """See `Source`."""
        from sightline_vault.client.wire import SilenceError

        try:
            answer, pieces = self._client.at(address).stream(SNAPSHOT, timeout_s=STREAM_S)
            if answer.status == 403:
                raise SightlineError(
                    "Vault does not give its snapshot to this token",
                    where=address,
                    why="; ".join(answer.errors),
                    help=f"give its policy `read` on {SNAPSHOT}",
                )
            if not answer.ok:
                raise CutOffError(f"{address} answers {answer.status}: {'; '.join(answer.errors)}")
            yield from pieces
        except SilenceError as error:
            raise CutOffError(f"{address} broke off: {error}") from error

    def write_canary(self, path: str, value: Mapping[str, str]) -> bool:
        """See `Source`."""
        answer = self._client.ask("POST", path, {"data": dict(value)})
        return answer.ok


class VaultTarget(VaultSource):
    """A cluster that a snapshot is restored into, through the client."""

    def restore(self, address: str, file: BinaryIO, *, force: bool) -> None:
        """See `Target`."""
        from sightline_vault.client.client import expected

        path = FORCED if force else SNAPSHOT
        file.seek(0)
        expected(self._client.at(address).upload(path, file, timeout_s=RESTORE_S), "POST", path)

    def holdings(self) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """See `Target`."""
        from sightline_vault.client.errors import VaultError

        try:
            mounts = self._client.read("sys/mounts") or {}
            policies = self._client.list("sys/policies/acl")
        except VaultError:
            return None
        return tuple(sorted(mounts.get("data") or ())), tuple(sorted(policies))

    def servers(self) -> tuple[str, ...] | None:
        """See `Target`."""
        from sightline_vault.client.errors import VaultError

        try:
            told = (self._client.read("sys/storage/raft/configuration") or {}).get("data") or {}
        except VaultError:
            return None
        return tuple(sorted(str(each["node_id"]) for each in told.get("config", {}).get("servers") or ()))


def leader_of(source: Source) -> Standing | None:
    """Return the one node that leads; None where none does, or two say so (one of them does not know better yet)."""
    leading = [each for each in map(source.standing, source.addresses) if each is not None and each.leads]
    return leading[0] if len(leading) == 1 else None
