"""Each code of a board is what its page says."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.render import render
from sightline_dashboards.compile import compile_modules
from tests.support.check_pages import EXAMPLES, examples, good, hold_answer

if TYPE_CHECKING:
    from pathlib import Path


def loaded(path: Path) -> Any:
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", examples("DASH"))
def test_the_bad_example_gives_this_code_alone_and_the_answer_of_the_page(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fault gives one finding, at the function that builds the board."""
    monkeypatch.chdir(EXAMPLES)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    _, findings, sources = compile_modules([loaded(EXAMPLES / name)])
    code = name.partition(".")[0]
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, sources))


@pytest.mark.parametrize("name", examples("DASH"))
def test_the_good_example_has_no_findings(name: str, tmp_path: Path) -> None:
    """What the page recommends compiles."""
    ((language, _, text),) = good(name.partition(".")[0])
    assert language == "python"
    (tmp_path / "good_board.py").write_text(text, encoding="utf-8")
    documents, findings, _ = compile_modules([loaded(tmp_path / "good_board.py")])
    assert findings == []
    assert documents
