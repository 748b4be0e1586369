"""Initialises a cluster once, guarded: nothing secret is printed or kept, and the shares are on disk before all else.

What a kill leaves, by its moment:

- before `sys/init` is sent: a record in state `asked`, and an empty cluster; run it again;
- between Vault's answer and the write of the shares, which is the next thing that happens (some milliseconds): an
  initialised cluster whose shares nobody has. It holds nothing yet: wipe its volumes and run it again. Vault has no
  way to ask for the answer a second time;
- after the write: the shares are safe. Where a root token was in use, it is lost with the process but valid; its
  accessor is in the record, and a new root token made of the shares revokes it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sightline_core.errors import SightlineError
from sightline_vault.client.client import expected
from sightline_vault.client.errors import NoAnswerError
from sightline_vault.client.secret import Secret
from sightline_vault.seal.record import ASKED, DONE, INITIALISED, Record, Share, write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sightline_vault.client.client import VaultClient
    from sightline_vault.seal.operators import Key

INIT_S = 120.0
"""Vault makes its keys and writes them through Raft and KMS meanwhile."""


@dataclass(frozen=True, slots=True)
class Ceremony:
    """One initialisation. `holder` names the operator the root token is encrypted to; empty: it is used and revoked.

    `configure` is given a client with the root token, and may raise. `rescue` is told the record's text where it
    cannot be written: its shares are encrypted, so it may be shown.
    """

    cluster: str
    keys: Sequence[Key]
    threshold: int
    to: Path
    at: str
    configure: Callable[[VaultClient], None]
    rescue: Callable[[str], None]
    holder: str = ""
    sleep: Callable[[float], None] = time.sleep
    ready_s: float = 60.0

    def run(self, client: VaultClient, earlier: Record | None) -> Record:
        """Initialise, by the first address.

        Raises:
            SightlineError: It is initialised already, a node does not answer, or a step failed; what holds then is
                in the file.
        """
        self._guard(client, earlier)
        record = Record(self.cluster, client.connection.addresses[0], self.at, self.threshold)
        # A folder that cannot be written is better found now.
        write(self.to, record)
        told = self._initialise(client, record)
        shares = zip(self.keys, told.get("recovery_keys_base64") or (), strict=False)
        record = replace(
            record,
            state=INITIALISED,
            shares=tuple(Share(key.operator, key.fingerprint, message) for key, message in shares),
        )
        if self.holder:
            record = record.with_root(operator=self.holder, message=str(told.get("root_token", "")))
        self._save(record)
        if len(record.shares) != len(self.keys):
            raise SightlineError(
                f"Vault gave {len(record.shares)} shares for {len(self.keys)} operators",
                where=str(self.to),
                help="wipe the volumes of this cluster, which holds nothing yet, and run it again",
            )
        if self.holder:
            record = replace(record, state=DONE)
        else:
            record = self._use(client, record, Secret(str(told["root_token"])))
        self._save(record)
        return record

    def _guard(self, client: VaultClient, earlier: Record | None) -> None:
        initialised = [each for each in client.connection.addresses if _initialised(client.at(each))]
        state = earlier.state if earlier else ""
        if initialised:
            raise SightlineError(
                "this cluster is initialised already",
                where=initialised[0],
                why=_LEFT.get(state, "not by a run that wrote this file"),
                help=_MEND.get(state, "get a root token by the recovery shares: docs/runbooks/vault"),
            )
        if state and state != ASKED:
            raise SightlineError(
                "the file holds the shares of another initialisation",
                where=str(self.to),
                why="this cluster is not initialised",
                help="name another file by --to; keep that one until its cluster is gone",
            )

    def _initialise(self, client: VaultClient, record: Record) -> dict[str, Any]:
        body: dict[str, Any] = {
            "recovery_shares": len(self.keys),
            "recovery_threshold": self.threshold,
            "recovery_pgp_keys": [each.encoded for each in self.keys],
        }
        if self.holder:
            body["root_token_pgp_key"] = next(each.encoded for each in self.keys if each.operator == self.holder)
        # One node alone, and once: a second node asked would become a second cluster.
        node = client.at(record.address)
        try:
            answer = expected(node.ask("PUT", "sys/init", body, timeout_s=INIT_S), "PUT", "sys/init")
        except NoAnswerError as error:
            if error.maybe_done:
                error.help = "look by `sightline vault status SPEC`: initialised, wipe its volumes; then run it again"
            raise
        return dict(answer.body) if isinstance(answer.body, dict) else {}

    def _save(self, record: Record) -> None:
        try:
            write(self.to, record)
        except OSError as error:
            self.rescue(record.text())
            raise SightlineError(
                "the record could not be written",
                where=str(self.to),
                why=str(error),
                help="keep what was printed: the encrypted recovery shares, of which there is no other copy",
            ) from error

    def _use(self, client: VaultClient, record: Record, root: Secret) -> Record:
        """Have the root token do its one work; whatever comes of that, it is revoked."""
        asked = client.with_token(root)
        try:
            self._ready(client)
            me = expected(asked.ask("GET", "auth/token/lookup-self"), "GET", "auth/token/lookup-self")
            record = record.with_root(accessor=str(me.data.get("accessor", "")), state="in use")
            self._save(record)
            self.configure(asked)
        finally:
            revoked = asked.ask("POST", "auth/token/revoke-self")
            if revoked.ok:
                record = record.with_root(**{**(record.root or {}), "state": "revoked"})
                self._save(record)
        expected(revoked, "POST", "auth/token/revoke-self")
        return replace(record, state=DONE)

    def _ready(self, client: VaultClient) -> None:
        """Wait until KMS has unsealed the first node and it leads."""
        node = client.at(client.connection.addresses[0])
        for _ in range(max(1, int(self.ready_s / 0.5))):
            try:
                if node.ask("GET", "sys/health").status == 200:
                    return
            except NoAnswerError:
                pass
            self.sleep(0.5)
        raise SightlineError(
            "the initialised node does not lead",
            where=node.connection.addresses[0],
            why=f"no `sys/health` of 200 in {self.ready_s:g} s",
            help="see its log: KMS must let it decrypt; the shares are saved",
        )


_LEFT = {
    ASKED: "an earlier run asked for it and was ended before it had the answer: nobody has the shares",
    INITIALISED: "an earlier run saved the shares and was ended before the root token was revoked",
    DONE: "an earlier run did all of it",
}
_MEND = {
    ASKED: "the cluster holds nothing yet: wipe its volumes, and run it again",
    INITIALISED: (
        "make a root token of the shares, revoke the accessor that the file names, and `sightline vault apply`"
    ),
    DONE: "nothing is to be done",
}


def _initialised(node: VaultClient) -> bool:
    answer = expected(node.ask("GET", "sys/init"), "GET", "sys/init")
    body = answer.body if isinstance(answer.body, dict) else {}
    return body.get("initialized") is not False
