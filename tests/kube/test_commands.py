"""The commands: what they print, and what they answer."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from sightline_core.cli import run
from sightline_kube import cli
from sightline_kube.commands import __path__ as commands_path
from tests.kube.objects import pod, policy, text
from tests.support.check_pages import EXAMPLES

from .flows.asking import declaration

GOOD = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}


def test_the_help_lists_the_files() -> None:
    """Each file of commands/ is a sub-command, and its line in the help begins its own text."""
    files = {each.stem: each for each in Path(commands_path[0]).glob("[a-z]*.py")}
    assert set(files) == set(cli._COMMANDS)
    for name, line in cli._COMMANDS.items():
        assert files[name].read_text().startswith(f'"""{line.removesuffix(".")}')


@pytest.mark.parametrize(
    ("objects", "options", "code"),
    [
        ([GOOD], (), 0),
        ([pod()], (), 1),
        ([pod()], ("--profile", "privileged"), 0),
        ([pod()], ("--profile", "privileged", "--strict"), 1),
        ([], (), 3),
    ],
)
def test_check_answers(
    objects: list[dict[str, object]],
    options: tuple[str, ...],
    code: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Yes without errors, no with them; warnings are a no under --strict, and no object at all is neither."""
    (tmp_path / "m.yaml").write_text(text(*objects))
    assert run(["kube", "check", str(tmp_path), *options]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"{len(objects)} object" in captured.err


def test_check_prints_one_envelope(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON holds the objects and the findings, and an error of the environment is one, too."""
    (tmp_path / "m.yaml").write_text(text(pod()))
    assert run(["kube", "check", "--json", str(tmp_path)]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed["data"] == [{"kind": "Pod", "namespace": "shop", "name": "web", "source": ""}]
    assert {"PSS103", "KUBE010"} <= {each["code"] for each in printed["diagnostics"]}
    assert run(["kube", "check", "--json", str(tmp_path / "gone")]) == 2
    assert json.loads(capsys.readouterr().out)["diagnostics"][0]["code"] == "CORE005"


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What `helm template` prints can be piped in, and findings are placed in <stdin>."""
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text(pod()).encode())))
    assert run(["kube", "check", "-"]) == 1
    assert "<stdin>:" in capsys.readouterr().err
    # So it is where a process is started with it closed.
    monkeypatch.setattr("sys.stdin", None)
    assert run(["kube", "check", "-"]) == 2
    assert "standard input cannot be read" in capsys.readouterr().err


def test_the_group_lists_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a word the help is printed; an unknown one is a usage error."""
    run(["kube", "--help"])
    printed = " ".join(capsys.readouterr().out.split())
    assert [line for line in cli._COMMANDS.values() if line not in printed] == []
    assert run(["kube", "chek"]) == 2


@pytest.mark.parametrize(("form", "start"), [("github", "::"), ("sarif", "{"), ("junit", "<?xml")])
def test_findings_come_in_every_form(form: str, start: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The forms are those of the other commands; a SARIF file is a yes, so that it is uploaded."""
    (tmp_path / "m.yaml").write_text(text(pod()))
    assert run(["kube", "check", "--format", form, str(tmp_path)]) == (0 if form == "sarif" else 1)
    assert capsys.readouterr().out.startswith(start)


@pytest.mark.parametrize("case", ["huge", "binary", "circle"])
def test_files_that_cannot_be_read_are_told(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Too large, no text, and a link to itself: no answer, with the file's name."""
    file = tmp_path / "m.yaml"
    monkeypatch.setattr("sightline_kube.files.LARGEST", 10)
    if case == "circle":
        file.symlink_to(file)
    else:
        file.write_bytes(b"a: " + b"b" * 20 if case == "huge" else b"\xff\xfe")
    assert run(["kube", "check", str(file)]) == 2
    assert str(file) in capsys.readouterr().err


def test_hidden_files_are_left_out_and_no_file_is_read_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder and a file in it, named both, hold each object once."""
    (tmp_path / ".git").mkdir()
    for name in ("m.yaml", "n.json", ".git/x.yaml", "notes.txt"):
        (tmp_path / name).write_text(json.dumps({**GOOD, "metadata": {"name": name[0].replace(".", "x")}}))
    (tmp_path / "again.yaml").symlink_to(tmp_path / "m.yaml")
    assert run(["kube", "check", str(tmp_path), str(tmp_path / "m.yaml")]) == 0
    assert "2 objects" in capsys.readouterr().err


def test_flows_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Yes where both matrices are one, no where they differ or a mutant goes unnoticed, neither without a policy."""
    folder = EXAMPLES / "FLOW005"
    call = ["kube", "flows", str(folder / "policies.yaml"), "--declared", str(folder / "flows.yaml")]
    assert run(call) == 0
    assert run([*call, "--mutate"]) == 1
    assert "1 unnoticed" in capsys.readouterr().err
    assert run([*call, "--json"]) == 0
    assert {"from": "proxy", "to": "web", "ports": "8080/TCP"} in json.loads(capsys.readouterr().out)["data"]
    (tmp_path / "m.yaml").write_text(text(pod()))
    (tmp_path / "flows.yaml").write_text(declaration([], {}))
    assert run(["kube", "flows", str(tmp_path / "m.yaml"), "--declared", str(tmp_path / "flows.yaml")]) == 3
    (tmp_path / "m.yaml").write_text(text(pod(), policy("p", {})))
    assert run(["kube", "flows", str(tmp_path / "m.yaml"), "--declared", str(tmp_path / "flows.yaml")]) == 1


def test_a_declaration_beside_the_manifests_is_none_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    """The folder of both is the usual layout."""
    folder = EXAMPLES / "FLOW005"
    assert run(["kube", "flows", str(folder), "--declared", str(folder / "flows.yaml")]) == 0
    assert "no findings" in capsys.readouterr().err
    assert run(["kube", "flows", str(folder), "--declared", str(folder)]) == 2
    assert run(["kube", "flows", str(folder), "--declared", str(folder / "gone.yaml")]) == 2


def test_runbooks_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Yes where they hold, no where one does not, neither where there is none."""
    assert run(["kube", "runbooks", str(tmp_path)]) == 3
    (tmp_path / "README.md").write_text("# Runbooks\n\n```console\n$ sightline kube check manifests\n```\n")
    assert run(["kube", "runbooks", str(tmp_path)]) == 0
    (tmp_path / "sealed.md").write_text("# Sealed\n")
    assert run(["kube", "runbooks", "--json", str(tmp_path)]) == 1
    assert [each["code"] for each in json.loads(capsys.readouterr().out)["diagnostics"]] == ["RUN001"]
