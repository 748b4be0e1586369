"""The client over several nodes: who is asked, how often, and what is told where nobody answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.errors import SightlineError
from sightline_vault.client import Connection, NoAnswerError, Secret, VaultClient, VaultError
from sightline_vault.client.autopilot import state
from sightline_vault.client.client import Patience
from sightline_vault.client.connection import connection
from sightline_vault.client.durations import in_seconds
from sightline_vault.client.health import health
from sightline_vault.client.kubernetes import login
from sightline_vault.client.options import open_client
from sightline_vault.client.wire import Answer
from tests.vault.client.wires import FakeWire, says, silent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

A, B, C = "https://a:8200", "https://b:8200", "https://c:8200"
GONE = says(500, {"errors": ["local node not active but active cluster node not found"]})


def client(**nodes: Callable[..., Any]) -> tuple[VaultClient, FakeWire, list[float]]:
    """Return a client over nodes called a, b, c, its wire, and the pauses that it makes."""
    wire = FakeWire({f"https://{name}:8200": node for name, node in nodes.items()})
    pauses: list[float] = []
    where = Connection(tuple(f"https://{name}:8200" for name in nodes))
    made = VaultClient(where, Secret("hvs.secret"), wire=wire, patience=Patience(rounds=3), sleep=pauses.append)
    return made, wire, pauses


@pytest.mark.parametrize(
    "bad",
    [silent(), GONE, says(503), says(307, location="https://elsewhere:8200/v1/x")],
    ids=["silent", "no leader", "sealed", "redirects away"],
)
def test_the_next_node_is_asked_where_one_cannot_answer(bad: Callable[..., Any]) -> None:
    """Silence, no leader, sealed, a redirect: each leads on at once, and the good node is asked first from then on."""
    made, wire, pauses = client(a=bad, b=says(200, {"data": {"n": 1}}))
    assert made.read("kv/x") == {"data": {"n": 1}}
    assert made.ask("GET", "kv/x").attempts == 1
    assert [address for address, _, _ in wire.asked] == [A, B, B]
    assert pauses == []


def test_a_redirect_to_a_node_of_ours_is_followed_by_asking_that_node() -> None:
    """The token goes to addresses that were given, and nowhere else."""
    made, wire, _ = client(a=says(307, location=f"{C}/v1/kv/x"), b=says(503), c=says(204))
    assert made.ask("GET", "kv/x").address == ""
    assert [address for address, _, _ in wire.asked] == [A, C]


def test_the_rounds_are_bounded_and_the_pauses_double() -> None:
    """Three rounds over two silent nodes: six requests, two pauses, and an error that says each node's reason."""
    made, wire, pauses = client(a=silent("refused"), b=silent("reset", maybe_done=True))
    with pytest.raises(NoAnswerError) as caught:
        made.write("kv/x", {"n": 1})
    assert (len(wire.asked), pauses) == (6, [0.25, 0.5])
    assert caught.value.maybe_done
    assert caught.value.why == f"{A}: refused; {B}: reset"


def test_a_refusal_is_told_by_its_words_and_holds_no_token() -> None:
    """A 4xx is asked once; the error says method, path, words and help."""
    made, wire, _ = client(a=says(403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]}), b=says(200))
    with pytest.raises(VaultError) as caught:
        made.read("sys/policies/acl/x")
    assert len(wire.asked) == 1
    assert caught.value.frame().splitlines() == [
        "error: Vault answered 403 to GET sys/policies/acl/x",
        "  = why: 1 error occurred: * permission denied",
        "  = help: give a token that may do this, or ask why not: `sightline vault why --path PATH`",
    ]
    assert "hvs" not in repr(made.token) + str(made.token) + f"{made.token!r}"


def test_the_last_5xx_is_told_where_no_node_does_better() -> None:
    """A cluster without a leader answers with its own words rather than with silence."""
    made, _, _ = client(a=GONE, b=silent())
    with pytest.raises(VaultError, match="Vault answered 500") as caught:
        made.delete("kv/x")
    assert caught.value.errors == ("local node not active but active cluster node not found",)


def test_a_quota_is_waited_for_as_long_as_it_says() -> None:
    """A 429 holds for the whole cluster: no other node is asked meanwhile."""
    made, wire, pauses = client(a=says(429, {"errors": []}, **{"retry-after": "3"}), b=says(200))
    assert made.ask("GET", "kv/x").status == 429
    assert ({address for address, _, _ in wire.asked}, pauses) == ({A}, [3.0, 3.0])


def test_nothing_there_is_none_and_an_empty_list() -> None:
    """A 404 is an answer."""
    made, _, _ = client(a=says(404, {"errors": []}))
    assert made.read("kv/x") is None
    assert made.list("kv") == ()


def test_a_stream_goes_on_to_the_next_node_as_well() -> None:
    """The head is that of the node that answers."""
    made, _, _ = client(a=silent(), b=says(200))
    answer, pieces = made.stream("sys/storage/raft/snapshot")
    assert (answer.status, b"".join(pieces)) == (200, b"pieces")


def test_a_login_sends_no_token_and_gives_one() -> None:
    """The service account's token goes in the body; what comes back is hidden."""
    auth = {"client_token": "hvs.new", "lease_duration": 900, "token_policies": ["default", "p"]}
    made, wire, _ = client(a=says(200, {"auth": auth}))
    told = login(made, "kubernetes/hub", "app", Secret("e.y.J"))
    assert (told.lives_s, told.policies, "hvs" in repr(told)) == (900, ("default", "p"), False)
    assert [(request.path, token) for _, request, token in wire.asked] == [("auth/kubernetes/hub/login", "")]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"initialized": True, "sealed": False, "standby": False}, "active"),
        ({"initialized": True, "sealed": False, "standby": True}, "standby"),
        ({"initialized": True, "sealed": True, "standby": True}, "sealed"),
        ({"initialized": False, "sealed": True, "standby": True}, "uninitialised"),
    ],
)
def test_a_node_says_how_it_is(told: dict[str, Any], expected: str) -> None:
    """Each state of `sys/health` has a word; a silent node has one, too."""
    made, _, _ = client(a=says(200, told), b=silent("refused"))
    assert health(made, A).state == expected
    assert (health(made, B).state, health(made, B).why) == ("silent", f"{B}: refused")


def test_autopilot_is_read_with_times_in_seconds() -> None:
    """What Go prints as `1.5s` is a number."""
    server = {"id": "vault-0", "healthy": True, "status": "leader", "last_contact": "1.5s", "last_index": 7}
    made, _, _ = client(a=says(200, {"data": {"healthy": True, "voters": ["vault-0"], "servers": {"vault-0": server}}}))
    told = state(made)
    assert (told.healthy, told.voters, told.servers[0].last_contact_s) == (True, ("vault-0",), 1.5)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("24h0m0s", 86400), ("10s", 10), ("1.5s", 1.5), ("250ms", 0.25), ("60", 60), ("tls12", "tls12")],
)
def test_durations_of_go_are_seconds(text: str, seconds: object) -> None:
    """Whole where they are; what is none stays."""
    assert in_seconds(text) == seconds


@pytest.mark.parametrize(
    ("environ", "addresses", "message"),
    [
        ({}, (), "no address of Vault is known"),
        ({"VAULT_ADDR": "vault:8200"}, (), "`vault:8200` is no address"),
        ({}, ("https://a:port",), "`https://a:port` is no address"),
        ({}, ("http://vault.example:8200",), "refused to send a token without TLS"),
        ({"VAULT_SKIP_VERIFY": "true"}, (A,), "refused to send a token to a server whose certificate is not checked"),
        ({"VAULT_CACERT": "/nowhere.crt"}, (A,), "the CA's file is not there"),
    ],
)
def test_an_unsafe_connection_is_refused(environ: dict[str, str], addresses: tuple[str, ...], message: str) -> None:
    """Before anything is sent."""
    with pytest.raises(SightlineError) as caught:
        connection(environ, addresses)
    assert caught.value.message == message


def test_variables_and_options_say_where_vault_is(tmp_path: Path) -> None:
    """Options win over variables, variables over the model's own addresses."""
    ca = tmp_path / "ca.crt"
    ca.touch()
    found = connection({"VAULT_ADDR": f"{A}/, {B}", "VAULT_CACERT": str(ca), "VAULT_TLS_SERVER_NAME": "n"}, default=[C])
    assert (found.addresses, found.ca_file, found.server_name) == ((A, B), ca, "n")
    assert connection({}, default=[C]).addresses == (C,)
    assert connection({"VAULT_ADDR": A}, [C]).addresses == (C,)


@pytest.mark.parametrize("body", [{"errors": 5}, {"errors": None}, {}, None, ""])
def test_who_answers_in_the_place_of_vault_has_no_words_of_its(body: object) -> None:
    """A proxy's JSON may say anything."""
    assert Answer(403, body, {}, A).errors == ()


def test_a_token_comes_from_a_file_or_a_variable_and_is_one_word(tmp_path: Path) -> None:
    """A file with more in it than a token is refused: a line break would be a second header."""
    flags = {"address": (A,), "ca_file": None, "server_name": None, "token_file": None, "login": None}
    assert open_client(flags, environ={"VAULT_TOKEN": "t"}).token == Secret("t")
    with pytest.raises(SightlineError, match="there is no token"):
        open_client(flags, environ={})
    file = tmp_path / "token"
    file.write_text("hvs.one\n")
    assert open_client({**flags, "token_file": file}, environ={}).token == Secret("hvs.one")
    for text in ("hvs.one\nX-Other: 1", "hvs.\x00one", "hvs.öne"):
        file.write_text(text)
        with pytest.raises(SightlineError, match="the file holds no token"):
            open_client({**flags, "token_file": file}, environ={})
        with pytest.raises(SightlineError, match="the variable holds no token") as error:
            open_client(flags, environ={"VAULT_TOKEN": text})
        assert "hvs" not in str(error.value.diagnostic())
