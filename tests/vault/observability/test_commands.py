"""The commands from their arguments to their exit codes, without a server."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from sightline_core.errors import SightlineError
from sightline_vault.commands.audit_ship import command as audit_ship
from sightline_vault.commands.metrics import command as metrics
from sightline_vault.observability.intake import Poster
from tests.vault.observability.events import CANARY, HUB, events


def test_what_is_there_is_shipped_once_and_only_once(tmp_path: Path) -> None:
    """A second run has nothing left; standard output is for the records alone."""
    log, out = tmp_path / "audit.log", tmp_path / "out.jsonl"
    log.write_bytes(b"".join(each.line + b"\n" for each in events(20, seed=1)))
    words = [str(HUB), str(log), "--once", "--statsd", "", "--to", str(out)]
    for _ in range(2):
        answer = CliRunner().invoke(audit_ship, words, standalone_mode=False)
        assert (answer.return_value, answer.stdout) == (0, "")
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(records) == 20
    assert CANARY not in out.read_text()
    log.with_name(".audit.log.position").unlink()
    printed = CliRunner().invoke(audit_ship, [*words[:-1], "-"], standalone_mode=False).stdout
    assert [json.loads(line) for line in printed.splitlines()] == records


@pytest.mark.slow
def test_a_shipper_that_is_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    """Six times killed at any moment while the log grows: every event is there."""
    log, out, chance = tmp_path / "audit.log", tmp_path / "out.jsonl", random.Random(5)
    made = [each.line for each in events(3000, seed=2) if each.line.endswith(b"}")]
    words = [str(Path(sys.executable).with_name("sightline")), "vault", "audit-ship", str(HUB), str(log)]
    words += ["--statsd", "", "--to", str(out)]
    kills = 6
    for turn in range(kills):
        with log.open("ab") as file:
            file.write(b"".join(each + b"\n" for each in made[turn::kills]))
        with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process:
            time.sleep(chance.uniform(0.3, 0.9))
            process.kill()
    subprocess.run([*words, "--once"], check=True, capture_output=True)
    shipped: Counter[str] = Counter()
    for line in out.read_text().splitlines():
        if line.endswith("}"):
            shipped[json.loads(line)["request"]["id"]] += 1
    assert len(shipped) == len(made)
    assert max(shipped.values()) <= 1 + kills
    assert CANARY not in out.read_text()


def test_a_cluster_that_is_wrong_is_a_no(tmp_path: Path) -> None:
    """Nothing is shipped by a vocabulary that is not known."""
    (tmp_path / "bad.yaml").write_text("version: sightline/vault-cluster/v1\n")
    for command, more in ((audit_ship, [str(tmp_path / "audit.log"), "--once"]), (metrics, ["--once"])):
        answer = CliRunner().invoke(command, [str(tmp_path / "bad.yaml"), *more], standalone_mode=False)
        assert answer.return_value == 1


@pytest.mark.parametrize(
    ("url", "environ", "why"),
    [
        ("http://intake.example", {"DD_API_KEY": "k"}, "refused to send"),
        ("https://intake.example", {}, "refused to send"),
        ("ftp://127.0.0.1", {}, "is no address"),
        ("http://[::", {}, "is no address"),
        ("http://127.0.0.1:99999", {}, "is no address"),
    ],
)
def test_nothing_is_sent_beyond_this_machine_without_tls_and_a_key(url: str, environ: dict[str, str], why: str) -> None:
    """An intake elsewhere wants both."""
    with pytest.raises(SightlineError, match=why):
        Poster(url, environ)


def test_an_intake_that_does_not_answer_is_told() -> None:
    """Nobody listens on port 9 of this machine."""
    with pytest.raises(SightlineError, match="does not answer"):
        Poster("http://127.0.0.1:9", {})("/api/v2/logs", b"[]")
