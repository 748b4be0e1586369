"""The parts of `why` that ask nobody: claims, paths, the order of reasons, the verdict, the command's refusals."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline_vault.auth import claims
from sightline_vault.auth.evidence import Evidence, Login, Mount, Role, Token
from sightline_vault.auth.explaining import findings, read_evidence, verdict
from sightline_vault.auth.kube import review
from sightline_vault.auth.paths import granting, matches
from sightline_vault.cli import main
from sightline_vault.client import Secret
from sightline_vault.model.cluster import Policy
from tests.vault.configuration.canned import HUB

if TYPE_CHECKING:
    from pathlib import Path


def token(body: Any) -> str:
    """Return a token with a body and no signature worth the name."""
    return f"e30.{base64.urlsafe_b64encode(json.dumps(body).encode()).decode().rstrip('=')}.sig"


def test_both_forms_of_tokens_are_read() -> None:
    """Bound tokens, and those of old Secrets, which know no audience and no end."""
    bound = {"namespace": "shop", "serviceaccount": {"name": "payments", "uid": "1"}}
    told = claims.read(token({"iss": "i", "aud": "vault", "exp": 7, "nbf": 5, "kubernetes.io": bound}))
    assert told == Token(
        issuer="i", audiences=("vault",), namespace="shop", service_account="payments", uid="1", expires=7, not_before=5
    )
    old = "kubernetes.io/serviceaccount/"
    told = claims.read(token({f"{old}namespace": "shop", f"{old}service-account.name": "payments"}))
    assert (told.namespace, told.service_account, told.audiences, told.expires) == ("shop", "payments", (), 0)


DEEP = f"a.{base64.urlsafe_b64encode(b'[' * 9000).decode()}.c"


@pytest.mark.parametrize(
    "text", ["x", "a.b.c", "a.!!.c", DEEP, token([]), token({"sub": "somebody"}), "Bearer " + token({})]
)
def test_what_is_no_such_token_has_a_problem_and_is_not_repeated(text: str) -> None:
    """The problem is words of ours: a token that was cut in two is still a secret."""
    told = claims.read(text)
    assert told.problem
    assert text not in repr(told) or len(text) < 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda each: st.lists(each, max_size=2)
)


@settings(max_examples=50)
@given(
    st.dictionaries(st.sampled_from(["iss", "aud", "exp", "nbf", "kubernetes.io"]), JSON)
    | st.builds(lambda each: {"kubernetes.io": {"serviceaccount": each, "namespace": each}}, JSON)
)
def test_claims_of_any_sort_are_no_surprise(body: dict[str, Any]) -> None:
    """Nobody has checked them: each may be of any type."""
    assert isinstance(claims.read(token(body)), Token)


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("secret/data/x", "secret/data/x", True),
        ("secret/data/x", "secret/data/xy", False),
        ("secret/data/*", "secret/data/x/y", True),
        ("secret/data/x*", "secret/data/xy/z", True),
        ("secret/data/*", "secret/data", False),
        ("secret/+/x", "secret/data/x", True),
        ("secret/+/x", "secret/data/y/x", False),
        ("secret/+/team-*", "secret/data/team-a/key", True),
        ("secret/data/+", "secret/data/x", True),
        ("*", "anything/at/all", True),
    ],
)
def test_paths_of_policies_cover_what_vault_says(pattern: str, path: str, *, covered: bool) -> None:
    """A star at the end is any rest, a plus is one segment."""
    assert matches(pattern, path) is covered


def test_the_policies_that_would_allow_it_are_named() -> None:
    """By path and by capability."""
    policies = [Policy("a", {"secret/data/*": ("read",)}), Policy("b", {"secret/data/x": ("update",)})]
    assert granting(policies, "secret/data/x", "read") == ("a",)


def test_the_first_reason_is_the_one_that_vault_met_and_the_others_would_be_next() -> None:
    """An error, then warnings, in the order of the codes."""
    role = Role("r", "yes", ("a",), ("n",), "vault", source="Vault")
    wrong = Token(audiences=("x",), namespace="m", service_account="b")
    evidence = Evidence(mount=Mount("kubernetes/x", "yes"), role=role, token=wrong)
    told = [(each.code, each.severity.value) for each in findings(evidence)]
    assert told == [("VLT256", "error"), ("VLT257", "warning"), ("VLT258", "warning")]


def test_the_verdict_never_calls_a_refusal_fine() -> None:
    """A refusal that nothing explains exits 3, and says Vault's words."""
    fine = Evidence(role=Role("r", "yes", ("a",), ("n",)), token=Token(namespace="n", service_account="a"))
    refused = replace(fine, login=Login(tried=True, status=400, errors=("something new",)))
    assert verdict(fine, []) == ("nothing speaks against it, as far as could be looked", 0)
    line, code = verdict(refused, findings(refused))
    assert (line, code) == ("refused (Vault answered 400: something new), and nothing that is known explains it", 3)


def test_an_api_server_that_is_not_there_is_an_answer() -> None:
    """Status 0, with the network's words."""
    told = review("https://127.0.0.1:1", "", Secret("e.y.J"), "vault", Secret("r"))
    assert (told.asked, told.status) == (True, 0)
    assert "refused" in told.error
    assert "no start line" in review("https://127.0.0.1:1", "no PEM", Secret("j"), "", Secret("r")).error


def test_evidence_is_read_strictly() -> None:
    """A misspelt field is not passed over."""
    evidence, wrong = read_evidence("rolle: {name: x}\n", "evidence.yaml")
    assert (evidence, [each.code for each in wrong]) == (None, ["VLT001"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "give SPEC, or --evidence"),
        ([str(HUB)], "ask about a login"),
        ([str(HUB), "--role", "payments"], "a login needs --cluster and --role"),
    ],
)
def test_the_command_wants_a_question(arguments: list[str], words: str) -> None:
    """A usage error says what is missing, before anybody is asked."""
    done = CliRunner().invoke(main, ["why", *arguments])
    assert done.exit_code == 2
    assert words in done.output


def test_the_command_explains_evidence_without_a_network(tmp_path: Path) -> None:
    """The words, the page, the verdict, exit 1."""
    file = tmp_path / "evidence.yaml"
    file.write_text("access: {path: secret/data/x, want: read, capabilities: [deny], policies: [default]}\n")
    done = CliRunner().invoke(main, ["why", "--evidence", str(file)], standalone_mode=False)
    assert done.return_value == 1
    assert "error[VLT266]: the token may not read secret/data/x" in done.output
