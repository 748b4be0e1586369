"""docs/monitor-semantics.md names tests that exist, and a standing for every behaviour."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "monitor-semantics.md"
STANDINGS = {"recorded", "documented", "assumed"}


def rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [each for each in cells if each[0] != "Behaviour"]


def test_every_behaviour_has_a_standing() -> None:
    """Recorded, documented or assumed; and there are some of each."""
    assert {standing for _, standing, _ in rows()} == STANDINGS


@pytest.mark.parametrize("named", sorted({test.strip("`") for _, _, test in rows()}))
def test_every_named_test_is_there(named: str) -> None:
    """A file beside this one, and a test in it."""
    path, _, name = named.partition("::")
    tree = ast.parse((HERE / path).resolve().read_text())
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_it_says_that_no_recording_holds_a_burn_rate() -> None:
    """Whoever trusts the page must know."""
    assert "No recording anywhere holds a burn-rate" in PAGE.read_text()
