"""The codes of `sightline vault lint` are what their pages say."""

from __future__ import annotations

import pytest

from sightline_core.render import render
from sightline_vault.lint import lint
from sightline_vault.lint.rules import rules
from tests.support.check_pages import EXAMPLES, good, hold_answer
from tests.vault.lint.world import TODAY

CODES = [each.CODE for each in rules()]


def example(code: str) -> tuple[str, str]:
    """Return the name and the text of a code's bad example."""
    (path,) = EXAMPLES.glob(f"{code}.*")
    return path.name, path.read_text()


def mended(text: str, diff: str) -> str:
    """Apply a page's diff: each hunk, with its line of context, stands in the text as it is."""
    for hunk in diff.split("@@\n"):
        lines = hunk.splitlines()
        before = "\n".join(each[1:] for each in lines if not each.startswith("+"))
        after = "\n".join(each[1:] for each in lines if not each.startswith("-"))
        assert before in text, before
        text = text.replace(before, after, 1)
    return text


@pytest.mark.parametrize("code", CODES)
def test_the_bad_example_gives_this_code_alone_and_the_good_one_nothing(code: str) -> None:
    """One fault gives one finding, at the place that the page shows; with the page's change it is gone."""
    name, text = example(code)
    findings = lint({name: text}, TODAY).findings
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, {name: text}))
    ((language, _, diff),) = good(code)
    assert language == "diff"
    assert lint({name: mended(text, diff)}, TODAY).findings == []
