"""Bad input: told before anybody is asked, with the exit code of its kind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run
from sightline_vault.configuration.policy_text import from_text
from tests.vault.configuration.canned import HUB

if TYPE_CHECKING:
    from pathlib import Path

DEAD = "https://127.0.0.1:1"


@pytest.fixture(autouse=True)
def no_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know no server and no token of the machine."""
    for name in ("VAULT_ADDR", "VAULT_TOKEN", "VAULT_CACERT", "VAULT_SKIP_VERIFY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", ["plan", "apply", "drift"])
def test_a_bad_model_is_told_with_its_places(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1, a finding at its line, and one document under --json."""
    file = tmp_path / "bad.yaml"
    file.write_text(HUB.read_text().replace("nodes: 5", "nodes: 4"))
    assert run(["vault", name, str(file), "--address", DEAD]) == 1
    assert "4 servers make no good quorum" in capsys.readouterr().err
    assert run(["vault", name, str(file), "--address", DEAD, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [each["span"]["line"] for each in told["diagnostics"]] == [
        HUB.read_text().splitlines().index("nodes: 5") + 1
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plan", str(HUB), "--address", DEAD], "there is no token to ask Vault with"),
        (["plan", str(HUB), "--address", "vault"], "`vault` is no address"),
        (["plan", str(HUB), "--reviewer", "prod"], "`prod` is not CLUSTER=FILE"),
        (["plan", str(HUB), "--reviewer", "prod=/nowhere"], "the token cannot be read"),
        (["apply", str(HUB), "--plan", "/nowhere"], "does not exist"),
        (["plan", "/nowhere"], "does not exist"),
        (["status", "--address", DEAD], "no node answers"),
        (["status"], "no address of Vault is known"),
    ],
)
def test_what_cannot_be_answered_exits_2_and_says_why(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing goes to stdout; the frame says what to do."""
    assert run(["vault", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err


def test_a_reviewer_of_no_cluster_is_a_slip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would else be passed over, and the logins refused."""
    monkeypatch.setenv("VAULT_TOKEN", "t")
    (tmp_path / "jwt").write_text("e.y.J")
    assert run(["vault", "plan", str(HUB), "--address", DEAD, "--reviewer", f"porduction={tmp_path / 'jwt'}"]) == 2
    assert "--reviewer porduction: the model has hub, nonprod, prod" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["drift", "apply"])
def test_the_rights_are_a_policy_as_vault_takes_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Printed without a server; read back, it is what the other form says."""
    assert run(["vault", name, str(HUB), "--rights"]) == 0
    text = capsys.readouterr().out
    assert run(["vault", name, str(HUB), "--rights", "--json"]) == 0
    assert from_text(text) == json.loads(capsys.readouterr().out)["data"]["paths"]
