"""The documents say what the code does."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from sightline_core.exit_codes import ExitCode
from tests.support import check_pages
from tests.support.golden import hold

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    {page for glob in ("*.md", "docs/**/*.md", "[a-z]*/README.md", "[a-z]*/*/README.md") for page in ROOT.glob(glob)}
)

INDEX = """# What a finding means

Each finding carries a code; each code has a page with an example that goes wrong, the answer to it, and one that goes
right. The tests run the examples and hold the answers to what is really said.

"""


def test_readme_lists_every_exit_code() -> None:
    """The table in the README is the enumeration in core, code for code."""
    section = (ROOT / "README.md").read_text().split("## Exit codes")[1].split("\n## ")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", section, re.MULTILINE)] == sorted(ExitCode)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of every page names a file that is there."""
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_adr_says_what_enforces_it() -> None:
    """A decision that nothing enforces is ceremony; what it names exists."""
    for page in sorted((ROOT / "docs/adr").glob("*.md")):
        enforced = page.read_text().split("## Enforced by")[1]
        for name in re.findall(r"`((?:tests|benchmarks|\.make)/[^`]*)`", enforced):
            assert (ROOT / name).exists(), f"{page.name} names {name}"


def test_make_targets_of_the_documents_exist() -> None:
    """Every `make x` that a page mentions is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        mentioned = set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", page.read_text(), re.MULTILINE))
        assert mentioned <= targets, page.name


def test_commands_of_the_readme_exist() -> None:
    """Each `sightline …` line of the README names a command whose help works."""
    lines = re.findall(r"^sightline ((?:[a-z]+ ?)+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert lines
    for words in {tuple(line.split()[:2]) for line in lines}:
        command = [str(Path(sys.executable).parent / "sightline"), *words, "--help"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def codes_of_the_source() -> list[str]:
    """Return the value of every constant of a member that is a code, such as `CODE = "SLO012"`."""
    found = []
    for file in ROOT.glob("*/**/src/**/*.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                found += re.findall(r"^[A-Z]{2,5}\d{3}$", str(node.value.value))
    return sorted(found)


def test_codes_pages_and_examples_are_one_set() -> None:
    """Every code that the source can report is unique, and has its page and its bad example; none has one too many."""
    codes = codes_of_the_source()
    assert len(codes) > 30
    assert codes == sorted(set(codes))
    assert check_pages.codes() == codes
    assert sorted(path.name.partition(".")[0] for path in check_pages.EXAMPLES.iterdir()) == codes


def test_every_family_of_examples_is_run() -> None:
    """A family of codes whose examples no suite runs would be a page that nobody holds to the truth."""
    text = "".join(path.read_text() for path in (ROOT / "tests").glob("**/test_check_pages.py"))
    run = set(re.findall(r"examples\(\"([A-Z]+)\"\)", text))
    assert run == {code[:-3] for code in check_pages.codes()}


def test_the_index_of_codes_is_their_titles() -> None:
    """docs/checks/README.md lists every page by its own title."""
    titles = [(check_pages.PAGES / f"{code}.md").read_text().partition("\n")[0] for code in check_pages.codes()]
    rows = [f"- [{code}]({code}.md): {title}" for code, title in (each[2:].split(": ", 1) for each in titles)]
    hold(check_pages.PAGES / "README.md", INDEX + "\n".join(rows) + "\n")


def test_workflows_pin_actions_and_ask_for_nothing() -> None:
    """Every action is pinned to a commit, and no workflow holds a permission it did not ask for."""
    for path in sorted((ROOT / ".github/workflows").glob("*.yml")):
        text = path.read_text()
        assert yaml.safe_load(text)["permissions"] == {}
        assert not re.findall(r"uses: (?!\S+@[0-9a-f]{40} #)", text), path.name
