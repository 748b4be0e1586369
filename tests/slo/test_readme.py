"""What the READMEs show of SLOs works as it is printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run
from sightline_slo.compile import compile_specs
from sightline_slo.reporting import gate, policy
from sightline_slo.reporting.standing import Standing, State

if TYPE_CHECKING:
    from .caller import Caller

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"README.md": "\n## SLOs in CI\n", "slo/README.md": ""}
EXPECTED = {"validate": 0, "compile": 0, "plan": 1, "push": 0}


def section(page: str) -> str:
    text = (ROOT / page).read_text(encoding="utf-8")
    return (text.split(PAGES[page])[1] if PAGES[page] else text).split("\n## ")[0]


@pytest.mark.parametrize("page", PAGES)
def test_the_spec_compiles(page: str) -> None:
    """The example has no findings, not even a warning."""
    (text,) = re.findall(r"```yaml\n(.*?)```", section(page), re.DOTALL)
    compiled = compile_specs({page: text})
    assert compiled.findings == ()
    assert compiled.documents


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_do_what_they_say(
    page: str, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line by line, against the local backend: valid, compiled, changes to make, made; and then there are none."""
    (tmp_path / "slo").symlink_to(ROOT / "slo")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DD_HOST", caller.address)
    lines = [line for line in section(page).splitlines() if line.startswith("sightline slo ")]
    commands = [shlex.split(line.replace("--project shop", f"--project {caller.project}"))[1:] for line in lines]
    assert [(words[1], run(words)) for words in commands] == list(EXPECTED.items())
    assert run(commands[-2]) == 0
    assert (tmp_path / "build").is_dir() == ("--out" in " ".join(lines))


def named(title: str) -> str:
    """Return a section of the compiler's own page."""
    text = (ROOT / "slo" / "README.md").read_text(encoding="utf-8")
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("title", ["In CI", "How SLOs stand", "Deploy freezes", "From elsewhere"])
def test_each_command_of_a_section_takes_its_options(title: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is shown is what the help of that command lists."""
    lines = [line for line in named(title).splitlines() if line.startswith("sightline slo ")]
    assert lines
    for line in lines:
        words = shlex.split(line.partition(">")[0])[1:]
        command = words[:3] if words[1] == "import" else words[:2]
        assert run([*command, "--help"]) == 0
        said = capsys.readouterr().out
        assert [each for each in words[len(command) :] if each.startswith("-") and each not in said] == [], line


def test_the_policy_of_the_page_is_one() -> None:
    """It is read without a finding, and freezes a spent budget but for the one that is excepted."""
    (text,) = re.findall(r"```yaml\n(.*?)```", named("Deploy freezes"), re.DOTALL)
    made, findings = policy.read(text, "slo/README.md")
    assert findings == []
    assert made is not None
    spent = [
        Standing(key, "payments", "", 1, 99, State.OK, 99, 5) for key in ("payments-payment-success", "payments-x")
    ]
    words = [each.word for each in gate.judge(made, spent, made.exemptions[0].until)]
    assert words == ["excepted", "frozen"]
