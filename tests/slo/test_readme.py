"""What the READMEs show of SLOs works as it is printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run
from sightline_slo.compile import compile_specs

if TYPE_CHECKING:
    from .caller import Caller

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"README.md": "\n## SLOs in CI\n", "slo/README.md": ""}
EXPECTED = {"validate": 0, "compile": 0, "plan": 1, "push": 0}


def section(page: str) -> str:
    text = (ROOT / page).read_text(encoding="utf-8")
    return text.split(PAGES[page])[1].split("\n## ")[0] if PAGES[page] else text


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
