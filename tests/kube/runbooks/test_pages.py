"""Pages: sections, links, anchors, blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_kube.runbooks import check
from sightline_kube.runbooks.links import Folder
from sightline_kube.runbooks.markdown import read_page

if TYPE_CHECKING:
    from pathlib import Path

SECTIONS = "".join(f"## {each}\n\nwords\n\n" for each in ("Symptoms", "Impact", "Diagnosis", "Repair", "Verification"))


def said(text: str, file: str = "r.md") -> list[tuple[str, int]]:
    return [(each.code, each.span.line) for each in check({file: text}, Folder()) if each.span]


def test_a_whole_runbook_passes() -> None:
    """All sections, in any case of letters."""
    assert said(f"# Title\n\n{SECTIONS}") == []
    assert said(f"# Title\n\n{SECTIONS.replace('Impact', 'IMPACT')}") == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [("RUN001", 1)]),
        ("# Title\n", [("RUN001", 1)]),
        (f"# Title\n{SECTIONS.replace('## Impact', '### Impact')}", [("RUN001", 1)]),
        (f"# Title\n{SECTIONS}".replace("## Impact\n\nwords\n", "## Impact\n"), [("RUN001", 6)]),
        (f"# Title\n{SECTIONS}".replace("## Impact\n\nwords\n", "## Impact\n\n### More\n\nwords\n"), []),
        (f"# Title\n{SECTIONS}".replace("## Impact\n\nwords\n", "## Impact\n\n```text\n```\n"), []),
    ],
)
def test_sections(text: str, places: list[tuple[str, int]]) -> None:
    """A missing one is told once, an empty one at its heading; sub-sections and blocks fill one."""
    assert said(text) == places


def test_an_index_needs_no_sections() -> None:
    """README.md lists the others."""
    assert said("# Runbooks\n", "runbooks/README.md") == []


def test_anchors_are_github_s() -> None:
    """Small letters, hyphens, no punctuation, and a number where one is repeated."""
    page = read_page("# Vault: 2 of 3, *sealed*!\n# `a_b` / c\n# Same\n# Same\n# [Link](x.md) it\n", "r.md")
    assert [each.anchor for each in page.headings] == ["vault-2-of-3-sealed", "a_b--c", "same", "same-1", "link-it"]


def test_links(tmp_path: Path) -> None:
    """Files, folders, anchors here and there; what is on the web, in code and in blocks is not asked for."""
    (tmp_path / "other.md").write_text("# One thing\n")
    (tmp_path / "data.json").write_text("{}")
    text = (
        "# Index\n[a](other.md) [b](other.md#one-thing) [c](#index) [d](https://x.example/y) [e](.)\n"
        "[f](gone.md) `[g](gone.md)` [h](other.md#two)\n"
        "```text\n[i](gone.md)\n```\n"
        "[j](#none) [k](data.json#x) ![l](gone.png)\n"
    )
    file = tmp_path / "README.md"
    found = check({str(file): text}, Folder())
    assert [(each.message, each.span.line if each.span else 0) for each in found] == [
        ("there is no file gone.md", 3),
        ("other.md has no heading #two", 3),
        ("this page has no heading #none", 7),
        ("data.json has no heading #x", 7),
        ("there is no file gone.png", 7),
    ]
    assert {each.code for each in found} == {"RUN005"}


def test_a_name_that_no_file_can_have_leads_nowhere() -> None:
    """However a link is written, it is a finding and no crash."""
    for target in ("a" * 5000, "a%00b"):
        assert said(f"# Index\n[a]({target})\n", "README.md") == [("RUN005", 2)]


def test_a_fence_is_closed_by_its_like() -> None:
    """A longer fence holds a shorter one, tildes hold backticks, and one that is never closed holds the rest."""
    page = read_page("````md\n```sh\nls\n```\n````\n~~~sh\n```\n~~~\n  ```sh\n  ls\n", "r.md")
    assert [(each.language, [line.text for line in each.lines]) for each in page.blocks] == [
        ("md", ["```sh", "ls", "```"]),
        ("sh", ["```"]),
        ("sh", ["ls", ""]),
    ]
