"""An initialisation is guarded, saves the shares before all else, and leaves no root token behind."""

from __future__ import annotations

import datetime as dt
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.errors import SightlineError
from sightline_vault.client import Connection, NoAnswerError, VaultClient
from sightline_vault.client.wire import Answer, Request
from sightline_vault.seal import record as records
from sightline_vault.seal.ceremony import Ceremony
from sightline_vault.seal.operators import Key, read_key
from tests.vault.client.wires import FakeWire, silent
from tests.vault.seal.people import person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRST, SECOND = "https://vault-0:8200", "https://vault-1:8200"
ROOT = "hvs.the-root-token"


def keys() -> list[Key]:
    made = [read_key(person(name).operator, dt.datetime.now(dt.UTC)) for name in ("ada", "grace")]
    return [each for each in made if isinstance(each, Key)]


KEYS = keys()


class Vault:
    """Two nodes: the first can be initialised. `seen` is what was on disk when each path was asked."""

    def __init__(self, to: Path) -> None:
        self.to = to
        self.initialised = False
        self.answers: dict[str, Answer | Exception] = {}
        self.seen: list[tuple[str, str]] = []
        self.revoked = False
        self.wire = FakeWire({FIRST: self.first, SECOND: self.second})
        self.client = VaultClient(Connection((FIRST, SECOND)), wire=self.wire, sleep=lambda _s: None)

    def first(self, request: Request) -> Answer | Exception:
        held = json.loads(self.to.read_text())["state"] if self.to.exists() else "nothing"
        self.seen.append((f"{request.method} {request.path}", held))
        if request.path in self.answers and request.method != "GET":
            return self.answers[request.path]
        if (request.method, request.path) == ("PUT", "sys/init"):
            self.initialised = True
            assert request.body is not None
            return self.says(keys_base64=[], recovery_keys_base64=["share-1", "share-2"], root_token=ROOT)
        if request.path == "auth/token/revoke-self":
            self.revoked = True
            return Answer(204, None, {}, FIRST)
        bodies: dict[str, dict[str, Any]] = {
            "sys/init": {"initialized": self.initialised},
            "sys/health": {},
            "auth/token/lookup-self": {"data": {"accessor": "the-accessor"}},
        }
        return self.says(**bodies[request.path])

    def second(self, request: Request) -> Answer | Exception:
        assert request.path == "sys/init", "only the first is initialised and used"
        assert request.method == "GET", "asked a second time, it would become a second cluster"
        return self.says(initialized=False)

    def says(self, **body: Any) -> Answer:
        return Answer(200, body, {}, FIRST)

    def ceremony(
        self,
        configure: Callable[[VaultClient], None] = lambda _client: None,
        rescue: Callable[[str], None] = pytest.fail,
        holder: str = "",
    ) -> Ceremony:
        return Ceremony(
            "vault", KEYS, 2, self.to, "2026-11-25T10:00:00+00:00", configure, rescue, holder, lambda _s: None
        )

    def run(self, ceremony: Ceremony) -> records.Record:
        return ceremony.run(self.client, records.read(self.to))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "shares.json")


def test_the_root_token_does_its_work_and_is_revoked(vault: Vault) -> None:
    """The shares are on disk before it is used; it is in no file; what is left is its accessor."""
    used: list[str] = []

    def configure(client: VaultClient) -> None:
        assert json.loads(vault.to.read_text())["root"] == {"accessor": "the-accessor", "state": "in use"}
        used.append(client.token.reveal() if client.token else "")

    done = vault.run(vault.ceremony(configure))
    assert (used, vault.revoked) == ([ROOT], True)
    assert (done.state, done.root) == ("done", {"accessor": "the-accessor", "state": "revoked"})
    assert [(each.operator, each.message) for each in done.shares] == [("ada", "share-1"), ("grace", "share-2")]
    assert records.read(vault.to) == done
    assert ROOT not in vault.to.read_text()
    assert vault.to.stat().st_mode & 0o777 == 0o600
    states = dict(vault.seen)
    assert states["PUT sys/init"] == "asked"
    assert states["GET auth/token/lookup-self"] == "initialised"


def test_it_asks_for_one_share_for_each_operator(vault: Vault) -> None:
    """Encrypted by Vault itself; where somebody is to hold the root token, that too, and then it is not used."""
    done = vault.run(vault.ceremony(lambda _client: pytest.fail("used"), holder="grace"))
    asked = next(request.body for _, request, _ in vault.wire.asked if request.method == "PUT")
    assert asked == {
        "recovery_shares": 2,
        "recovery_threshold": 2,
        "recovery_pgp_keys": [each.encoded for each in KEYS],
        "root_token_pgp_key": KEYS[1].encoded,
    }
    assert done.root == {"operator": "grace", "message": ROOT}
    assert not vault.revoked


def test_what_fails_after_the_shares_leaves_no_root_token(vault: Vault) -> None:
    """A configuration that Vault refuses: the token is revoked, the shares are there, and the record is not done."""

    def configure(_client: VaultClient) -> None:
        raise SightlineError("refused")

    with pytest.raises(SightlineError, match="refused"):
        vault.run(vault.ceremony(configure))
    kept = records.read(vault.to)
    assert vault.revoked
    assert kept is not None
    assert (kept.state, kept.root) == ("initialised", {"accessor": "the-accessor", "state": "revoked"})
    assert len(kept.shares) == 2


@pytest.mark.parametrize(
    ("state", "help_text"),
    [("", "recovery shares"), ("asked", "wipe its volumes"), ("initialised", "revoke the accessor"), ("done", "noth")],
)
def test_an_initialised_cluster_is_left_alone(vault: Vault, state: str, help_text: str) -> None:
    """Whatever an earlier run left: nothing is written or asked, and the way on is told."""
    vault.initialised = True
    if state:
        records.write(vault.to, records.Record("vault", FIRST, "then", 2, state))
    before = vault.to.read_text() if state else None
    with pytest.raises(SightlineError, match="initialised already") as caught:
        vault.run(vault.ceremony())
    assert help_text in caught.value.help
    assert (vault.to.read_text() if vault.to.exists() else None) == before
    assert {request.method for _, request, _ in vault.wire.asked} == {"GET"}


def test_a_node_that_is_silent_stops_it(vault: Vault) -> None:
    """It may hold another cluster's data."""
    vault.wire._nodes = {FIRST: vault.first, SECOND: silent()}
    with pytest.raises(NoAnswerError):
        vault.run(vault.ceremony())
    assert not vault.initialised


def test_shares_of_another_cluster_are_not_written_over(vault: Vault) -> None:
    """A file that says `initialised` before a cluster that is not."""
    records.write(vault.to, records.Record("vault", FIRST, "then", 2, "done"))
    with pytest.raises(SightlineError, match="the shares of another initialisation"):
        vault.run(vault.ceremony())
    for text in ("{}", "[" * 9000):
        vault.to.write_text(text)
        with pytest.raises(SightlineError, match="no record of an initialisation"):
            vault.run(vault.ceremony())
    assert not vault.initialised


def test_a_lost_answer_is_not_asked_for_again(vault: Vault) -> None:
    """It may have been done: it is told how to find out."""
    vault.answers["sys/init"] = silent("reset", maybe_done=True)(Request("PUT", "sys/init"))
    with pytest.raises(NoAnswerError) as caught:
        vault.run(vault.ceremony())
    assert "wipe" in caught.value.help
    assert sum(request.method == "PUT" for _, request, _ in vault.wire.asked) == 1


def test_a_disk_that_fills_meanwhile_loses_no_share(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are encrypted, so they are shown; the root token is not among them."""
    real, shown = records.write, list[str]()

    def full(path: Path, record: records.Record) -> None:
        if record.state != records.ASKED:
            raise OSError(28, "No space left on device")
        real(path, record)

    monkeypatch.setattr("sightline_vault.seal.ceremony.write", full)
    with pytest.raises(SightlineError, match="could not be written"):
        vault.run(vault.ceremony(rescue=shown.append))
    assert [each["message"] for each in json.loads(shown[0])["shares"]] == ["share-1", "share-2"]
    assert ROOT not in shown[0]


class Killed(Vault):
    """A cluster that outlives the process; that is killed at its request of a number, done but not answered."""

    def __init__(self, to: Path, at: int) -> None:
        super().__init__(to)
        self.at = at
        self.mark = to.with_name("initialised")
        self.initialised = self.mark.exists()

    def first(self, request: Request) -> Answer | Exception:
        answer = super().first(request)
        if self.initialised:
            self.mark.touch()
        if len(self.seen) == self.at:
            os._exit(9)
        return answer


REQUESTS = 6
"""Is it initialised; initialise; does it lead; who am I; revoke: five, and one more that does not come."""


@pytest.mark.parametrize("at", range(1, REQUESTS + 1))
def test_killed_at_any_request_it_can_be_run_again_or_says_what_to_do(tmp_path: Path, at: int) -> None:
    """The shares are lost by one moment alone, before which the cluster holds nothing, and then that is said."""
    to = tmp_path / "shares.json"
    child = os.fork()
    if child == 0:
        try:
            vault = Killed(to, at)
            vault.run(vault.ceremony())
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == (9 if at < REQUESTS else 0)
    kept, again = records.read(to), Killed(to, 0)
    if not again.initialised:
        assert again.run(again.ceremony()).state == "done"
        return
    assert kept is not None
    with pytest.raises(SightlineError, match="initialised already") as caught:
        again.run(again.ceremony())
    if at == 2:
        assert (kept.state, "wipe its volumes" in caught.value.help) == ("asked", True)
    else:
        assert len(kept.shares) == 2
        assert kept.state == ("done" if at == REQUESTS else "initialised")
