"""What `sightline slo` answers: exit codes, and JSON of one shape on success and on failure."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.cli import run

from .specs import FULL, SHOP, spec

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that are right, wrong, warned about and empty."""
    warned = spec(more="    alerting:\n      page_alert: {disable: true}\n      ticket_alert: {disable: true}\n")
    for name, text in {"right": FULL, "wrong": spec(objective=100), "warned": warned, "empty": ""}.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


@pytest.mark.parametrize("command", ["validate", "compile"])
@pytest.mark.parametrize(
    ("name", "code"), [("right.yaml", 0), ("warned.yaml", 0), ("wrong.yaml", 1), ("gone.yaml", 2), ("empty.yaml", 3)]
)
def test_exit_codes(command: str, name: str, code: int, folder: Path) -> None:
    """0 yes, 1 no, 2 no answer, 3 nothing there; a warning alone is a yes."""
    assert run(["slo", command, str(folder / name)]) == code


@pytest.mark.parametrize(
    "arguments", [["validate"], ["validate", "x.yaml", "--var", "novalue"], ["compile", "--nope"], ["plan", "x"]]
)
def test_wrong_usage_is_no_answer(arguments: list[str]) -> None:
    """What click refuses exits 2."""
    assert run(["slo", *arguments]) == 2


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = run(["slo", *arguments, "--json"])
    captured = capsys.readouterr()
    envelope = json.loads(captured.out)
    assert list(envelope) == ["version", "data", "diagnostics"]
    assert "error[" not in captured.err
    return code, envelope


@pytest.mark.parametrize("command", ["validate", "compile", "plan", "push"])
def test_json_holds_the_findings(command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A broken spec gives the envelope on standard output, with place and page, and no frames beside it."""
    project = ["--project", "shop"] if command in {"plan", "push"} else []
    code, envelope = answered(capsys, command, str(folder / "wrong.yaml"), *project)
    assert code == 1
    ((finding,)) = envelope["diagnostics"]
    assert finding["code"] == "SLO010"
    assert finding["span"]["line"] == 5
    assert finding["url"] == "docs/checks/SLO010.md"


@pytest.mark.parametrize("command", ["validate", "compile", "plan", "push"])
def test_json_of_nothing(command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty file is an envelope too, exit 3: a plan of nothing must not look like a plan without changes."""
    project = ["--project", "shop"] if command in {"plan", "push"} else []
    code, envelope = answered(capsys, command, str(folder / "empty.yaml"), *project)
    assert (code, envelope["diagnostics"]) == (3, [])
    assert not envelope["data"]


@pytest.mark.parametrize("command", ["validate", "compile", "plan", "push"])
def test_json_of_no_answer(command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that cannot be read is told in the envelope too, exit 2."""
    project = ["--project", "shop"] if command in {"plan", "push"} else []
    code, envelope = answered(capsys, command, str(folder / "gone.yaml"), *project)
    assert (code, envelope["data"], [each["code"] for each in envelope["diagnostics"]]) == (2, None, ["CORE005"])


def test_json_of_what_is_right(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`validate` lists the SLOs, `compile` the documents, with --out the files; warnings stand beside them."""
    _, envelope = answered(capsys, "validate", str(folder / "right.yaml"))
    assert envelope["data"] == [{"key": "pay-success", "objective": 99.5, "period": "30d"}]
    code, envelope = answered(capsys, "compile", str(folder / "warned.yaml"))
    assert (code, [each["kind"] for each in envelope["data"]]) == (0, ["slo"])
    assert [each["code"] for each in envelope["diagnostics"]] == ["SLO016"]
    _, envelope = answered(capsys, "compile", str(folder / "warned.yaml"), "--out", str(folder / "out"))
    assert envelope["data"] == [str(folder / "out" / "slo.pay-success.json")]


def test_standard_output_is_the_product_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Frames and counts go to standard error, so that a pipe gets JSON or nothing."""
    run(["slo", "compile", str(folder / "wrong.yaml")])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "error[SLO010]" in captured.err
    run(["slo", "compile", str(SHOP)])
    assert json.loads(capsys.readouterr().out)["version"] == 1


def test_a_spec_comes_by_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`-` is a file, and --var fills its holes."""
    text = spec(bad="sum:pay.failed{env:${env}}.as_count()")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run(["slo", "compile", "-", "--var", "env=prod"]) == 0
    assert "{env:prod}" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run(["slo", "validate", "-", "--var", "enf=prod"]) == 1
    assert "did you mean `enf`?" in capsys.readouterr().err
