"""The pages of docs/checks: each explains one code by an example that is run and an answer that is compared."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.golden import hold

PAGES = Path(__file__).resolve().parents[2] / "docs" / "checks"
EXAMPLES = PAGES / "examples"

_ANSWER = re.compile(r"(?<=## Bad\n)(.*?```text\n)(.*?)(```\n)", re.DOTALL)
_BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def codes() -> list[str]:
    """Return every code that has a page."""
    return sorted(page.stem for page in PAGES.glob("*[0-9].md"))


def examples(family: str) -> list[str]:
    """Return the names of the bad examples of a family such as `SLO`: a file or a folder each."""
    return sorted(each.name for each in EXAMPLES.iterdir() if re.fullmatch(rf"{family}\d+(\.\w+)?", each.name))


def hold_answer(code: str, rendered: str) -> None:
    """Hold the answer that a page shows to what was really said."""
    page = PAGES / f"{code}.md"
    text = page.read_text(encoding="utf-8")
    assert _ANSWER.search(text), f"{page.name} shows no answer"
    hold(page, _ANSWER.sub(lambda found: f"{found[1]}{rendered.rstrip()}\n{found[3]}", text))


def good(code: str) -> list[tuple[str, str, str]]:
    """Return (language, name, text) of each block that the page calls good."""
    section = (PAGES / f"{code}.md").read_text(encoding="utf-8").split("\n## Good\n")[1].split("\n## ")[0]
    return [(found[1], found[2], found[3]) for found in _BLOCK.finditer(section)]
