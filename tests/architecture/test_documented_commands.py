"""What the documents tell to type can be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_kube.runbooks.commands import check_script
from sightline_kube.runbooks.markdown import read_page
from tests.architecture.test_docs import PAGES, ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_of_every_page_exists(page: Path) -> None:
    """Programs, sub-commands and options of every console block: `sightline …` is held to the commands themselves."""
    blocks = read_page(page.read_text(encoding="utf-8"), str(page.relative_to(ROOT))).blocks
    assert [f"{each.span} {each.message}" for block in blocks for each in check_script(block)] == []
