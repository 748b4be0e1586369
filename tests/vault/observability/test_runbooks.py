"""The runbooks hold: sections, links, and every command read by the program that would read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sightline_kube.files import read
from sightline_kube.runbooks import check
from sightline_kube.runbooks.links import Folder

ROOT = Path(__file__).resolve().parents[3]
PAGES = Path("docs") / "runbooks" / "vault"


def test_runbooks_have_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """`sightline kube runbooks docs/runbooks`."""
    monkeypatch.chdir(ROOT)
    texts = read((str(PAGES),), frozenset({".md"}))
    assert len(texts) >= 13
    assert check(texts, Folder()) == []


def test_the_guides_commands_and_links_hold_by_the_same_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """It names other members' commands, so that it is held to them where they are installed."""
    pytest.importorskip("sightline_local", reason="sightline-local is not installed")
    monkeypatch.chdir(ROOT)
    guide = {"docs/vault.md": Path("docs/vault.md").read_text(encoding="utf-8")}
    # It is no runbook, so that it has no sections of one.
    assert [each for each in check(guide, Folder()) if each.code != "RUN001"] == []


def test_the_index_names_every_runbook() -> None:
    """Each page is found from the index."""
    index = (ROOT / PAGES / "README.md").read_text(encoding="utf-8")
    pages = {each.name for each in (ROOT / PAGES).glob("*.md")} - {"README.md"}
    assert not [each for each in pages if f"({each})" not in index]
